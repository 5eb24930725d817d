import { randomBytes } from 'node:crypto';
import { appendToTree, edgeTiles, leafHash } from '#core';
import type {
  AnchorStore,
  CatchUps,
  DeadLetters,
  ExtendLog,
  Inbox,
  Incidents,
  LogHead,
  LogStore,
  NewRecordVersion,
  RecordStore,
  ResourceChecks,
  Settlement,
  SettlementCounts,
  Source,
  SourceFactsReader,
  SourceRegistry,
  SourceTasks,
  SubscriptionStore,
} from '#ports';
import { recordVersion, type VersionSketch } from '../support/record-versions.js';

/** The stores of one installation, over the same data. */
export interface Stores {
  readonly sources: SourceRegistry;
  readonly inbox: Inbox;
  readonly records: RecordStore;
  readonly log: LogStore;
  readonly anchors: AnchorStore;
  readonly catchUps: CatchUps;
  readonly tasks: SourceTasks;
  readonly subscriptions: SubscriptionStore;
  readonly deadLetters: DeadLetters;
  readonly incidents: Incidents;
  readonly checks: ResourceChecks;
  readonly facts: SourceFactsReader;
}

/** Declares a source; its name is its own when none is told. */
export async function declareSource({ sources }: Pick<Stores, 'sources'>, name = 'clinic'): Promise<Source> {
  return await sources.declare({
    name,
    base: `https://${name}.example/fhir`,
    fhirVersion: 'R4',
    criteria: ['Patient', 'Observation?status=final'],
    authentication: { kind: 'hmac', secret: `secret of ${name}` },
  });
}

/** Accepts one notification for each record version. */
export async function acceptFor(
  { inbox }: Pick<Stores, 'inbox'>,
  versions: readonly NewRecordVersion[],
): Promise<readonly number[]> {
  return await inbox.accept(versions.map(({ sourceId }) => ({ sourceId, sealedBody: randomBytes(40) })));
}

export function storedAs(itemId: number, record: NewRecordVersion): Settlement {
  return { itemId, outcome: 'stored', records: [record] };
}

/** Takes record versions all the way from the inbox to the record store, in one batch. */
export async function record(
  stores: Stores,
  versions: readonly NewRecordVersion[],
): Promise<SettlementCounts> {
  const ids = await acceptFor(stores, versions);
  return await stores.inbox.settle(versions.map((version, at) => storedAs(ids[at]!, version)));
}

export async function recordSketches(
  stores: Stores,
  sketches: readonly VersionSketch[],
): Promise<NewRecordVersion[]> {
  const versions = sketches.map(recordVersion);
  await record(stores, versions);
  return versions;
}

/** Extends the log as sequencing does, but for the signature. */
export const extendLog: ExtendLog = (head, pending, edge) => {
  const oldSize = head?.size ?? 0;
  const leaves = pending.map(({ commitment }) => leafHash(commitment));
  const { tiles, root } = appendToTree(oldSize, edge, leaves);
  const size = oldSize + pending.length;
  return {
    entries: pending,
    tiles,
    head: { size, root, note: `note of ${size}\n`, signedAt: new Date(1_000 * size) },
  };
};

/** One sequencing pass. */
export async function sequence({ log }: Pick<Stores, 'log'>, limit = 10_000): Promise<LogHead | undefined> {
  return await log.sequence(limit, edgeTiles, extendLog);
}

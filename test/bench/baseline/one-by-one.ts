import { randomBytes } from 'node:crypto';
import { loadKeys } from '#adapters/keys-file';
import {
  connectDatabase,
  PostgresInbox,
  PostgresLogStore,
  PostgresSourceRegistry,
} from '#adapters/store-postgres';
import {
  appendToTree,
  describeVersion,
  edgeTiles,
  formatCheckpoint,
  leafHash,
  parseResource,
  signNote,
} from '#core';
import { loadServerConfig } from '#platform';
import {
  decodeNotification,
  encodeNotification,
  notificationContext,
  type ExtendLog,
  type NewRecordVersion,
} from '#ports';
import { SOURCE } from '../records/source.js';

const config = loadServerConfig();
const { sealer, checkpointSigner } = await loadKeys(config.data, config.log.origin);
const database = connectDatabase({ url: config.database.url, poolSize: config.database.poolSize });
const inbox = new PostgresInbox(database);
const log = new PostgresLogStore(database);
const source = (await new PostgresSourceRegistry(database, sealer).find(SOURCE.name))!;
const context = notificationContext(source.id);

/** Takes one notification the whole way: accepted, made a record version, sequenced, each in a transaction of its own. */
export async function takeOne(body: Uint8Array): Promise<void> {
  parseResource(body);
  const sealedBody = sealer.seal(encodeNotification({ hint: {}, body }), context);
  const ids = await inbox.accept([{ sourceId: source.id, sealedBody }]);
  const [item] = await inbox.waiting(ids, body.length * 2);
  const recordSalt = randomBytes(32);
  const described = describeVersion({
    source: source.base,
    fhirVersion: '4.0.1',
    resource: parseResource(decodeNotification(sealer.open(item!.sealedBody, context)).body),
    interaction: 'update',
    observed: item!.receivedAt,
    recordSalt,
  });
  const record: NewRecordVersion = {
    sourceId: source.id,
    recordSalt,
    ...described,
    obtained: 'notified',
    warnings: [],
    leavesUnder: undefined,
    expectsPredecessor: false,
  };
  await inbox.settle([{ itemId: item!.id, outcome: 'stored', records: [record] }]);
  await log.sequence(1, edgeTiles, extend);
}

const extend: ExtendLog = (head, pending, edge) => {
  const leaves = pending.map(({ commitment }) => leafHash(commitment));
  const { tiles, root } = appendToTree(head?.size ?? 0, [...edge], leaves);
  const size = (head?.size ?? 0) + pending.length;
  const checkpoint = formatCheckpoint({ origin: config.log.origin, size, root });
  const note = signNote(checkpoint, [checkpointSigner.note]);
  return { entries: pending, tiles, head: { size, root, note, signedAt: new Date() } };
};

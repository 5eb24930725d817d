import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  CoreError,
  describeDeletion,
  describeVersion,
  parseResource,
  type FhirResource,
  type Interaction,
} from '#core';
import {
  Clock,
  decodeNotification,
  FhirSource,
  notificationContext,
  PortError,
  Sealer,
  type InboxItem,
  type NewRecordVersion,
  type Settlement,
  type Source,
} from '#ports';

/** FHIR release that statements name, for each declared version. */
const FHIR_RELEASE = { R4: '4.0.1' } as const;
/** Waits before an item is tried again: doubling from the first, up to the last. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/** Decides what becomes of one inbox item, and describes the record version that it tells of. */
@Injectable()
export class RecordDescriber {
  constructor(
    private readonly sealer: Sealer,
    private readonly fhir: FhirSource,
    private readonly clock: Clock,
  ) {}

  async describe(item: InboxItem, source: Source | undefined): Promise<Settlement> {
    if (!source) return { itemId: item.id, outcome: 'dead', code: 'NORMALISE.UNKNOWN_SOURCE' };
    try {
      const record = await this.record(item, source);
      if (!record) return { itemId: item.id, outcome: 'dead', code: 'NORMALISE.NOT_AT_SOURCE' };
      return { itemId: item.id, outcome: 'stored', record };
    } catch (error) {
      return this.failed(item, error);
    }
  }

  private async record(item: InboxItem, source: Source): Promise<NewRecordVersion | undefined> {
    const sealed = this.sealer.open(item.sealedBody, notificationContext(source.id));
    const { hint, body } = decodeNotification(sealed);
    if (hint.deleted !== undefined) {
      const [type, id] = hint.deleted.split('/') as [string, string];
      return this.asked(item, source, type, id, hint.interaction);
    }
    const resource = parseResource(body);
    // A signed body that names its version is used as it is; one that does not is read again from its source.
    if (resource.versionId !== undefined) return this.version(item, source, resource, hint.interaction);
    return this.asked(item, source, resource.type, resource.id ?? '', hint.interaction);
  }

  /** What the source itself answers: bad news is never taken from a notification alone. */
  private async asked(
    item: InboxItem,
    source: Source,
    type: string,
    id: string,
    hinted: Interaction | undefined,
  ): Promise<NewRecordVersion | undefined> {
    const answer = await this.fhir.read(source, type, id);
    switch (answer.state) {
      case 'unknown':
        return undefined;
      case 'present':
        return this.version(item, source, parseResource(answer.body), hinted);
      case 'deleted': {
        const recordSalt = randomBytes(32);
        const { versionId: version, lastUpdated } = answer;
        const described = describeDeletion({
          ...this.common(item, source),
          ...(lastUpdated === undefined ? {} : { lastUpdated }),
          type,
          id,
          version,
          recordSalt,
        });
        return { sourceId: source.id, recordSalt, ...described };
      }
    }
  }

  private version(
    item: InboxItem,
    source: Source,
    resource: FhirResource,
    hinted: Interaction | undefined,
  ): NewRecordVersion {
    const recordSalt = randomBytes(32);
    const interaction = hinted === 'create' ? 'create' : 'update';
    const described = describeVersion({ ...this.common(item, source), resource, interaction, recordSalt });
    return { sourceId: source.id, recordSalt, ...described };
  }

  private common(item: InboxItem, source: Source) {
    return { source: source.base, fhirVersion: FHIR_RELEASE[source.fhirVersion], observed: item.receivedAt };
  }

  private failed(item: InboxItem, error: unknown): Settlement {
    if (error instanceof CoreError) return { itemId: item.id, outcome: 'dead', code: error.code };
    if (!(error instanceof PortError)) throw error;
    if (error.advice === 'stop') return { itemId: item.id, outcome: 'dead', code: error.code };
    const wait = Math.min(FIRST_WAIT_MS * 2 ** item.attempts, LONGEST_WAIT_MS);
    const notBefore = new Date(this.clock.now().getTime() + wait);
    return { itemId: item.id, outcome: 'deferred', code: error.code, notBefore };
  }
}

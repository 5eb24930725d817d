import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  describeDeletion,
  describeVersion,
  elementLeaves,
  exactElements,
  parseResource,
  type FhirResource,
  type Interaction,
  type JsonLimits,
} from '#core';
import { CONFIG, type ServerConfig } from '#platform';
import {
  decodeNotification,
  notificationContext,
  PortError,
  Sealer,
  type InboxItem,
  type NewRecordVersion,
  type NotificationContent,
  type Obtained,
  type Source,
} from '#ports';
import type { SourceQuestions } from './source-questions.js';

/** FHIR release that statements name, for each declared version. */
const FHIR_RELEASE = { R4: '4.0.1', R4B: '4.3.0', R5: '5.0.0' } as const;

/** Describes the record version that an inbox item tells of. */
@Injectable()
export class RecordDescriber {
  private readonly limits: JsonLimits;

  constructor(
    private readonly sealer: Sealer,
    @Inject(CONFIG) { intake }: Pick<ServerConfig, 'intake'>,
  ) {
    this.limits = { maxBytes: intake.maxBodyBytes, maxDepth: intake.maxDepth };
  }

  /**
   * Undefined when the source knows no such resource. Throws CoreError for what is not a record version, PortError
   * when the source does not say, or the sealed notification cannot be read.
   */
  async describe(
    item: InboxItem,
    source: Source,
    questions: SourceQuestions,
  ): Promise<NewRecordVersion | undefined> {
    const { hint, body } = this.open(item, source);
    if (hint.deleted !== undefined) {
      const [type, id] = hint.deleted.split('/') as [string, string];
      return this.asked(item, source, questions, { type, id, hinted: hint.interaction });
    }
    const resource = parseResource(body, this.limits);
    // A signed body that names its version is used as it is; one that does not is read again from its source.
    if (resource.versionId !== undefined)
      return this.version(item, source, resource, hint.interaction, 'notified');
    const { type, id = '' } = resource;
    return this.asked(item, source, questions, { type, id, hinted: hint.interaction });
  }

  private open(item: InboxItem, source: Source): NotificationContent {
    const bytes = this.sealer.open(item.sealedBody, notificationContext(source.id));
    try {
      return decodeNotification(bytes);
    } catch {
      throw new PortError('NORMALISE.MALFORMED', 'what was sealed is not a notification', 'stop');
    }
  }

  /** What the source itself answers: bad news is never taken from a notification alone. */
  private async asked(
    item: InboxItem,
    source: Source,
    questions: SourceQuestions,
    { type, id, hinted }: { type: string; id: string; hinted: Interaction | undefined },
  ): Promise<NewRecordVersion | undefined> {
    const answer = await questions.read(source, type, id);
    switch (answer.state) {
      case 'unknown':
        return undefined;
      case 'present':
        return this.version(item, source, parseResource(answer.body, this.limits), hinted, 'read');
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
        return {
          sourceId: source.id,
          recordSalt,
          ...described,
          obtained: 'read',
          warnings: [],
          leavesUnder: undefined,
          expectsPredecessor: false,
        };
      }
    }
  }

  private version(
    item: InboxItem,
    source: Source,
    resource: FhirResource,
    hinted: Interaction | undefined,
    obtained: Obtained,
  ): NewRecordVersion {
    const recordSalt = randomBytes(32);
    const interaction = hinted === 'create' ? 'create' : 'update';
    const described = describeVersion({ ...this.common(item, source), resource, interaction, recordSalt });
    return {
      sourceId: source.id,
      recordSalt,
      ...described,
      obtained,
      warnings: [],
      leavesUnder: (salt) => elementLeaves(exactElements(resource), salt),
      expectsPredecessor: false,
    };
  }

  private common(item: InboxItem, source: Source) {
    return { source: source.base, fhirVersion: FHIR_RELEASE[source.fhirVersion], observed: item.receivedAt };
  }
}

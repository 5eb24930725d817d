import { Inject, Injectable } from '@nestjs/common';
import { parseResource, type Change, type FhirResource, type Interaction, type JsonLimits } from '#core';
import { CONFIG, type ServerConfig } from '#platform';
import { PortError, type InboxItem, type NewRecordVersion, type Source, type SourceAnswer } from '#ports';
import type { SourceQuestions } from './source-questions.js';
import type { Trust } from './trust.js';
import { StructureCheck } from './structure-check.js';
import { recordOfDeletion, recordOfVersion, type Origin } from './version-describer.js';

/** A change that can be understood. */
export type ReadableChange = Exclude<Change, { kind: 'unreadable' }>;

/** The delivery that tells of a change. */
export interface ChangeContext {
  readonly item: InboxItem;
  readonly source: Source;
  readonly trust: Trust;
  readonly questions: SourceQuestions;
}

/** A version to be read at its source. */
interface Wanted {
  readonly type: string;
  readonly id: string;
  readonly version: string | undefined;
  readonly interaction: Interaction | undefined;
}

/** Makes a record version of a change: from what came where that is trusted, else from what the source answers. */
@Injectable()
export class ChangeResolver {
  private readonly limits: JsonLimits;

  constructor(
    private readonly structure: StructureCheck,
    @Inject(CONFIG) { intake }: Pick<ServerConfig, 'intake'>,
  ) {
    this.limits = { maxBytes: intake.maxBodyBytes, maxDepth: intake.maxDepth };
  }

  /**
   * Throws CoreError for what is not a record version; PortError when the source does not say, and
   * NORMALISE.NOT_AT_SOURCE (stop) when it knows no such resource, or NORMALISE.INVALID_STRUCTURE (stop).
   */
  async resolve(change: ReadableChange, context: ChangeContext): Promise<NewRecordVersion> {
    const { content, deletions } = context.trust;
    switch (change.kind) {
      case 'content': {
        const { resource, interaction } = change;
        const { type, id = '', versionId: version } = resource;
        if (content === undefined || version === undefined)
          return this.asked(context, { type, id, version, interaction });
        return this.described(origin(context, content), resource, interaction);
      }
      case 'named':
        return this.asked(context, change);
      case 'deletion':
        return deletions === undefined
          ? this.asked(context, { ...change, version: undefined, interaction: 'delete' })
          : recordOfDeletion(origin(context, deletions), change);
    }
  }

  /** What the source itself answers: bad news is never taken from a notification alone. */
  private async asked(context: ChangeContext, wanted: Wanted): Promise<NewRecordVersion> {
    const answer = await answerTo(wanted, context);
    const read = origin(context, 'read');
    const { type, id } = wanted;
    switch (answer.state) {
      case 'unknown':
        throw new PortError('NORMALISE.NOT_AT_SOURCE', 'the source knows no such resource', 'stop');
      case 'deleted':
        return recordOfDeletion(read, {
          type,
          id,
          version: answer.versionId,
          lastUpdated: answer.lastUpdated,
        });
      case 'present': {
        const resource = parseResource(answer.body, this.limits);
        return this.described(read, resource, isWanted(resource, wanted) ? wanted.interaction : undefined);
      }
    }
  }

  private async described(
    from: Origin,
    resource: FhirResource,
    interaction: Interaction | undefined,
  ): Promise<NewRecordVersion> {
    return recordOfVersion(from, resource, interaction, await this.structure.warnings(resource, from.source));
  }
}

function origin({ item, source, trust }: ChangeContext, obtained: Origin['obtained']): Origin {
  return { source, observed: item.receivedAt, obtained, expectsPredecessor: trust.expectsPredecessor };
}

/** The version asked for, or the current one where none is named or the source does not have it any more. */
async function answerTo(
  { type, id, version, interaction }: Wanted,
  { source, questions }: ChangeContext,
): Promise<SourceAnswer> {
  if (version === undefined || interaction === 'delete') return questions.read(source, type, id);
  const named = await questions.readVersion(source, type, id, version);
  if (named.state === 'present') return named;
  const current = await questions.read(source, type, id);
  // The 410 of a version tells no time; the current state does where it is that deletion.
  const isSame = current.state === 'deleted' && named.state === 'deleted' && current.versionId === version;
  return isSame || named.state === 'unknown' ? current : named;
}

/** Whether the answer is the version that the sender spoke of, as far as it said which. */
function isWanted({ versionId }: FhirResource, { version }: Wanted): boolean {
  return version === undefined || version === versionId;
}

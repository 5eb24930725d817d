import { Inject, Injectable } from '@nestjs/common';
import {
  blindView,
  differingElements,
  elementLeaves,
  exactElements,
  parseResource,
  viewDigests,
  type FhirResource,
  type JsonLimits,
} from '#core';
import { CONFIG, type ServerConfig } from '#platform';
import { CatchUps, FhirSource, Incidents, type Source, type StoredRecord } from '#ports';
import type { DriftOutcome } from './drift.metrics.js';

/** Compares what a source holds now with what the log says it holds. */
@Injectable()
export class ResourceComparison {
  private readonly limits: JsonLimits;

  constructor(
    private readonly fhir: FhirSource,
    private readonly incidents: Incidents,
    private readonly catchUps: CatchUps,
    @Inject(CONFIG) { intake }: ServerConfig,
  ) {
    this.limits = { maxBytes: intake.maxBodyBytes, maxDepth: intake.maxDepth };
  }

  /**
   * Raises what differs as an incident, and asks for the history of what the log does not know yet.
   * Throws as {@link FhirSource} does, and CoreError for an answer that is no resource.
   * @param record the newest known version of its resource, not a deletion
   */
  async compare(source: Source, record: StoredRecord): Promise<DriftOutcome> {
    const answer = await this.fhir.read(source, record.type, record.id);
    switch (answer.state) {
      case 'unknown':
        await this.askForHistory(source, record);
        return this.raise(source, record, 'vanished', undefined, []);
      case 'deleted':
        return this.askForHistory(source, record);
      case 'present': {
        const held = parseResource(answer.body, this.limits);
        return held.versionId === undefined || held.versionId === record.version
          ? this.compareContent(source, record, held)
          : this.compareOlder(source, record);
      }
    }
  }

  /** The source is further on than the log: what it holds under the version that the log knows is a question of its own. */
  private async compareOlder(source: Source, record: StoredRecord): Promise<DriftOutcome> {
    await this.askForHistory(source, record);
    const answer = await this.fhir.readVersion(source, record.type, record.id, record.version);
    if (answer.state !== 'present') return 'newer';
    const outcome = await this.compareContent(source, record, parseResource(answer.body, this.limits));
    return outcome === 'unchanged' ? 'newer' : outcome;
  }

  private async compareContent(
    source: Source,
    record: StoredRecord,
    held: FhirResource,
  ): Promise<DriftOutcome> {
    const { exact } = viewDigests(held);
    if (blindView(record.recordSalt, 'exact', exact) === record.statement.exact) return 'unchanged';
    const leaves = elementLeaves(exactElements(held), record.recordSalt);
    return this.raise(source, record, 'drift', exact, differingElements(record.elements, leaves));
  }

  private async raise<Kind extends 'drift' | 'vanished'>(
    { id: sourceId }: Source,
    { recordId }: StoredRecord,
    kind: Kind,
    found: Uint8Array | undefined,
    elements: readonly string[],
  ): Promise<Kind> {
    await this.incidents.raise([{ sourceId, kind, recordId, found, elements }]);
    return kind;
  }

  private async askForHistory({ id: sourceId }: Source, { type, id }: StoredRecord): Promise<'newer'> {
    await this.catchUps.ask([{ sourceId, resource: { type, id } }]);
    return 'newer';
  }
}

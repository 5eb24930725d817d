import { Injectable } from '@nestjs/common';
import { exactElements, type FhirResource } from '#core';
import { Remembered } from '#platform';
import { RecordStore, SourceRegistry, type RecordSummary } from '#ports';
import { agreesInContent, compareElements, type ElementComparison } from './element-comparison.js';
import { assuranceOf, type LogProgress } from './log-progress.js';
import { RecordLookup } from './record-lookup.js';
import { digestQuery } from './resource-digests.js';
import { evidencePath, recordOf, UNKNOWN, type Match, type Verdict } from './verdict.js';

/** Versions of a resource that a copy which matches no digest is compared with, newest first. */
const COMPARED_VERSIONS = 20;
/** How long a new source may go unnoticed by copies whose references begin with its base. */
const BASES_REMEMBERED_MS = 1_000;

/** Answers whether a resource is one that a source holds or held. It never stores what it is given. */
@Injectable()
export class VerificationService {
  private readonly bases: Remembered<readonly string[]>;

  constructor(
    private readonly lookup: RecordLookup,
    private readonly records: RecordStore,
    sources: SourceRegistry,
  ) {
    this.bases = new Remembered(
      async () => (await sources.list()).map(({ base }) => base),
      BASES_REMEMBERED_MS,
    );
  }

  async verify(resource: FhirResource): Promise<Verdict> {
    const bases = await this.bases.get();
    const { found, progress } = await this.lookup.match(digestQuery(resource, bases));
    if (!found) return this.closest(resource, progress);
    const elements = await this.elementsOf(resource, found.record, found.view);
    return verdict(found.view, found.record, found.others, elements, progress);
  }

  private async elementsOf(
    resource: FhirResource,
    record: RecordSummary,
    view: 'exact' | 'portable',
  ): Promise<ElementComparison> {
    const elements = exactElements(resource);
    // Equal exact views have equal elements.
    if (view === 'exact') return { matching: elements.map(({ name }) => name).sort(), differing: [] };
    const opened = await this.lookup.open(record.recordId);
    return opened ? compareElements(elements, opened) : { matching: [], differing: [] };
  }

  /** The version of the same type and id that agrees in most elements, when it agrees in any that say something. */
  private async closest(resource: FhirResource, progress: LogProgress): Promise<Verdict> {
    if (resource.id === undefined) return UNKNOWN;
    const key = { type: resource.type, id: resource.id, limit: COMPARED_VERSIONS };
    const versions = await this.records.versions(key);
    if (versions.length === 0) return UNKNOWN;
    const opened = await this.records.open(versions.map(({ recordId }) => recordId));
    const elements = exactElements(resource);
    const compared = versions
      .flatMap((version) => opened.filter(({ recordId }) => recordId === version.recordId))
      .map((record) => ({ record, elements: compareElements(elements, record) }))
      .filter((candidate) => agreesInContent(candidate.elements));
    const [first, ...rest] = compared;
    if (!first) return UNKNOWN;
    const best = rest.reduce(
      (a, b) => (b.elements.matching.length > a.elements.matching.length ? b : a),
      first,
    );
    return verdict('partial', best.record, 0, best.elements, progress);
  }
}

function verdict(
  match: Match,
  record: RecordSummary,
  others: number,
  elements: ElementComparison,
  progress: LogProgress,
): Verdict {
  const { index, standing } = record;
  return {
    match,
    standing,
    assurance: assuranceOf(index, progress),
    elements,
    record: recordOf(record),
    others,
    index: index ?? null,
    evidence: evidencePath(index),
  };
}

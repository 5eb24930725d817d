import { Injectable, Logger } from '@nestjs/common';
import {
  FhirSource,
  Inbox,
  SourceRegistry,
  type InboxItem,
  type Settlement,
  type SettlementCounts,
  type Source,
} from '#ports';
import { inParallel } from './in-parallel.js';
import { ItemSettler } from './item-settler.js';
import { NormalisationMetrics } from './normalisation.metrics.js';
import { RecordAnnouncer } from './record-announcer.js';
import { inTransactions } from './settlement.js';
import { SourceQuestions } from './source-questions.js';

/** Sealed bodies that one pass holds in memory; a larger single body goes alone. */
const PASS_BYTES = 2 * 1024 * 1024;
/** Items of a pass that may wait for their sources at the same time. */
const ASKED_AT_ONCE = 8;

/** Makes record versions out of accepted notifications. */
@Injectable()
export class NormalisationService {
  private readonly logger = new Logger('normalise');

  constructor(
    private readonly inbox: Inbox,
    private readonly sources: SourceRegistry,
    private readonly settler: ItemSettler,
    private readonly fhir: FhirSource,
    private readonly announcer: RecordAnnouncer,
    private readonly metrics: NormalisationMetrics,
  ) {}

  /** Settles every item of a batch that still waits; doing so twice changes nothing. */
  async normalise(ids: readonly number[]): Promise<void> {
    const sources = new Map((await this.sources.list()).map((source) => [source.id, source]));
    for (let rest = ids; rest.length > 0;) {
      const items = await this.inbox.waiting(rest, PASS_BYTES);
      if (items.length === 0) return;
      for (const some of inTransactions(await this.settlements(items, sources))) {
        const counts = await this.inbox.settle(some);
        // A crash here loses nothing: the record versions are stored, and the sweeper finds that they wait.
        this.report(counts);
      }
      const seen = new Set(items.map(({ id }) => id));
      rest = rest.filter((id) => !seen.has(id));
    }
  }

  private settlements(
    items: readonly InboxItem[],
    sources: ReadonlyMap<number, Source>,
  ): Promise<readonly Settlement[]> {
    const questions = new SourceQuestions(this.fhir);
    return inParallel(items, ASKED_AT_ONCE, (item) =>
      this.settler.settlement(item, sources.get(item.sourceId), questions),
    );
  }

  private report(counts: SettlementCounts): void {
    this.metrics.count(counts);
    const { conflicts, dead, lastRecordId: upTo } = counts;
    if (conflicts > 0)
      this.logger.error(
        `${conflicts} record version(s) came with other content than is on record: see incidents`,
      );
    if (dead > 0) this.logger.warn(`${dead} notification(s), or parts of them, can never be record versions`);
    if (upTo !== undefined) this.announcer.announce(upTo);
  }
}

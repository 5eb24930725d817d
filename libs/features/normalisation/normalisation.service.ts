import { Injectable, Logger } from '@nestjs/common';
import { CoreError } from '#core';
import {
  Clock,
  FhirSource,
  Inbox,
  PortError,
  SourceRegistry,
  type InboxItem,
  type Settlement,
  type SettlementCounts,
  type Source,
} from '#ports';
import { NormalisationMetrics } from './normalisation.metrics.js';
import { RecordAnnouncer } from './record-announcer.js';
import { RecordDescriber } from './record-describer.js';
import { dead, settlementOfFailure } from './settlement.js';
import { SourceQuestions } from './source-questions.js';

/** Sealed bodies that one pass holds in memory; a larger single body goes alone. */
const PASS_BYTES = 8 * 1024 * 1024;
/** Items between two turns of the event loop, so that job locks are renewed and health is answered. */
const ITEMS_A_TURN = 32;
/** Items of a pass that may wait for their sources at the same time. */
const ASKED_AT_ONCE = 8;

/** Makes record versions out of accepted notifications. */
@Injectable()
export class NormalisationService {
  private readonly logger = new Logger('normalise');

  constructor(
    private readonly inbox: Inbox,
    private readonly sources: SourceRegistry,
    private readonly describer: RecordDescriber,
    private readonly fhir: FhirSource,
    private readonly announcer: RecordAnnouncer,
    private readonly clock: Clock,
    private readonly metrics: NormalisationMetrics,
  ) {}

  /** Settles every item of a batch that still waits; doing so twice changes nothing. */
  async normalise(ids: readonly number[]): Promise<void> {
    const sources = new Map((await this.sources.list()).map((source) => [source.id, source]));
    for (let rest = ids; rest.length > 0;) {
      const items = await this.inbox.waiting(rest, PASS_BYTES);
      if (items.length === 0) return;
      const counts = await this.inbox.settle(await this.settlements(items, sources));
      // A crash here loses nothing: the record versions are stored, and the sweeper finds that they wait.
      this.report(counts);
      const seen = new Set(items.map(({ id }) => id));
      rest = rest.filter((id) => !seen.has(id));
    }
  }

  private async settlements(
    items: readonly InboxItem[],
    sources: ReadonlyMap<number, Source>,
  ): Promise<readonly Settlement[]> {
    const settlements: Settlement[] = [];
    const questions = new SourceQuestions(this.fhir);
    const waiting = items.entries();
    const settleNext = async (): Promise<void> => {
      for (const [at, item] of waiting) {
        settlements[at] = await this.settlement(item, sources.get(item.sourceId), questions);
        if (at % ITEMS_A_TURN === ITEMS_A_TURN - 1) await new Promise((turn) => setImmediate(turn));
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, settleNext));
    return settlements;
  }

  private async settlement(
    item: InboxItem,
    source: Source | undefined,
    questions: SourceQuestions,
  ): Promise<Settlement> {
    if (!source) return dead(item, 'NORMALISE.UNKNOWN_SOURCE');
    try {
      const record = await this.describer.describe(item, source, questions);
      return record
        ? { itemId: item.id, outcome: 'stored', records: [record] }
        : dead(item, 'NORMALISE.NOT_AT_SOURCE');
    } catch (error) {
      if (!(error instanceof CoreError || error instanceof PortError))
        this.logger.error({ err: error, item: item.id }, 'an item cannot be normalised');
      return settlementOfFailure(item, error, this.clock.now());
    }
  }

  private report(counts: SettlementCounts): void {
    this.metrics.count(counts);
    const { conflicts, dead, lastRecordId: upTo } = counts;
    if (conflicts > 0)
      this.logger.warn(`${conflicts} notification(s) had other content than the version on record`);
    if (dead > 0) this.logger.warn(`${dead} notification(s) can never be record versions`);
    if (upTo !== undefined) this.announcer.announce(upTo);
  }
}

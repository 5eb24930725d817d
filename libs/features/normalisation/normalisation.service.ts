import { Injectable } from '@nestjs/common';
import {
  Inbox,
  JobQueue,
  SourceRegistry,
  type InboxItem,
  type Settlement,
  type SettlementCounts,
  type Source,
} from '#ports';
import { NormalisationMetrics } from './normalisation.metrics.js';
import { RecordDescriber } from './record-describer.js';

/** Sealed bodies that one pass holds in memory; a larger single body goes alone. */
const PASS_BYTES = 8 * 1024 * 1024;
/** Items between two turns of the event loop, so that job locks are renewed and health is answered. */
const ITEMS_A_TURN = 32;

/** Makes record versions out of accepted notifications. */
@Injectable()
export class NormalisationService {
  constructor(
    private readonly inbox: Inbox,
    private readonly sources: SourceRegistry,
    private readonly describer: RecordDescriber,
    private readonly queue: JobQueue,
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
      await this.report(counts);
      const seen = new Set(items.map(({ id }) => id));
      rest = rest.filter((id) => !seen.has(id));
    }
  }

  private async settlements(
    items: readonly InboxItem[],
    sources: ReadonlyMap<number, Source>,
  ): Promise<readonly Settlement[]> {
    const settlements: Settlement[] = [];
    for (const [at, item] of items.entries()) {
      settlements.push(await this.describer.describe(item, sources.get(item.sourceId)));
      if (at % ITEMS_A_TURN === ITEMS_A_TURN - 1) await new Promise((turn) => setImmediate(turn));
    }
    return settlements;
  }

  private async report(counts: SettlementCounts): Promise<void> {
    this.metrics.count(counts);
    const upTo = counts.lastRecordId;
    if (upTo !== undefined)
      await this.queue.add('sequence', 'sequence', [{ id: `sequence-${upTo}`, data: { upTo } }]);
  }
}

import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';
import type { SettlementCounts } from '#ports';

const OUTCOMES = ['stored', 'duplicates', 'conflicts', 'deferred', 'dead'] as const;

@Injectable()
export class NormalisationMetrics {
  readonly unqueued;
  private readonly items;

  constructor(metrics: Metrics) {
    this.items = metrics.counter(
      'normalise_items_total',
      'Record versions and notifications by what became of them.',
      {
        outcome: OUTCOMES,
      },
    );
    this.unqueued = metrics.counter(
      'normalise_unqueued_total',
      'Calls to the queue that failed: sequencing was left to the sweeper.',
      {},
    );
  }

  count(counts: SettlementCounts): void {
    for (const outcome of OUTCOMES) this.items.add({ outcome }, counts[outcome]);
  }
}

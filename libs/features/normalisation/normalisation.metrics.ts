import { Injectable } from '@nestjs/common';
import { counter } from '#platform';
import type { SettlementCounts } from '#ports';

@Injectable()
export class NormalisationMetrics {
  private readonly outcomes = counter('attestry_normalise_items_total', 'Inbox items by what became of them.', [
    'outcome',
  ]);

  count({ stored, duplicates, conflicts, deferred, dead }: SettlementCounts): void {
    const counts = { stored, duplicates, conflicts, deferred, dead };
    for (const [outcome, count] of Object.entries(counts)) if (count > 0) this.outcomes.inc({ outcome }, count);
  }
}

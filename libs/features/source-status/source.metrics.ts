import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics, OPEN, Remembered } from '#platform';
import { Clock } from '#ports';
import { SourceStatusService } from './source-status.service.js';
import { secondsBetween, type SourceStatus } from './source-status.js';

/** A gauge's name, its help, and where its value comes from; undefined leaves it as it is. */
type SourceGauge = readonly [
  name: string,
  help: string,
  value: (status: SourceStatus, now: Date) => number | undefined,
];

const GAUGES: readonly SourceGauge[] = [
  [
    'source_last_event_seconds',
    'Time since something last came from the source.',
    ({ lastEventAt }, now) => ageOf(lastEventAt, now),
  ],
  ['source_lag_seconds', 'Age of the oldest notification that waits.', ({ lagSeconds }) => lagSeconds],
  ['source_waiting', 'Notifications that are not yet record versions.', ({ waiting }) => waiting],
  ['source_records_total', 'Record versions stored.', ({ records }) => records],
  ['source_duplicates_total', 'Record versions that were known already.', ({ duplicates }) => duplicates],
  [
    'source_dead_letters',
    'Notifications that cannot become record versions.',
    (status) => status.deadLetters,
  ],
  ['source_catch_ups', 'Requests to the source that wait.', ({ catchUps }) => catchUps],
  ['source_gaps_open', 'Gaps in event numbers that are not healed.', ({ gaps }) => gaps.open],
  ['source_gaps_healed_total', 'Gaps in event numbers that were healed.', ({ gaps }) => gaps.healed],
  ['source_subscriptions', 'Subscriptions that are to deliver.', ({ subscriptions }) => subscriptions.length],
  [
    'source_subscriptions_active',
    'Those of them that are active.',
    ({ subscriptions }) => subscriptions.filter(({ status }) => status === 'active').length,
  ],
  [
    'source_reconcile_age_seconds',
    'Age of the time up to which everything was reconciled.',
    ({ reconciledUntil }, now) => ageOf(reconciledUntil, now),
  ],
  [
    'source_drift_coverage_ratio',
    'Share of the known resources that the drift watch checked within its days.',
    ({ drift }) => drift.ratio ?? undefined,
  ],
];

/** However often the page is read: coverage is counted over the whole estate. */
const REMEMBERED_MS = 10_000;

/** Shows how sources are doing at `/metrics`. */
@Injectable()
export class SourceMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly status: SourceStatusService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // The declared sources bound the label.
    const gauges = GAUGES.map(([name, help, value]) => ({
      gauge: this.metrics.gauge(name, help, { source: OPEN }),
      value,
    }));
    const all = new Remembered(() => this.status.all(), REMEMBERED_MS);
    this.metrics.beforeReading(async () => {
      const now = this.clock.now();
      for (const status of await all.get())
        for (const { gauge, value } of gauges) {
          const shown = value(status, now);
          if (shown !== undefined) gauge.set({ source: status.name }, shown);
        }
    });
  }
}

function ageOf(time: string | null, now: Date): number | undefined {
  return time === null ? undefined : secondsBetween(new Date(time), now);
}

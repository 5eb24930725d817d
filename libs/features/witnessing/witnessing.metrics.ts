import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';
import { Clock, Witnesses } from '#ports';

/** How a question to a witness ended. */
export const OUTCOMES = [
  'cosigned',
  'outdated',
  'ahead',
  'unavailable',
  'refused',
  'bad-answer',
  'failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];

@Injectable()
export class WitnessingMetrics {
  private readonly requests;
  private readonly seconds;
  private readonly size;
  private readonly succeeded = new Map<string, number>();

  constructor(metrics: Metrics, witnesses: Witnesses, clock: Clock) {
    const witness = witnesses.all.map(({ name }) => name);
    const labels = { witness, outcome: OUTCOMES };
    this.requests = metrics.counter(
      'witness_requests_total',
      'Checkpoints sent to a witness, by outcome.',
      labels,
    );
    const help = 'Time until a witness has cosigned or not.';
    this.seconds = metrics.histogram('witness_seconds', help, { witness }, BUCKETS);
    this.size = metrics.gauge('witness_size', 'Greatest checkpoint that the witness has cosigned.', {
      witness,
    });
    const age = metrics.gauge('witness_age_seconds', 'Time since the witness cosigned.', { witness });
    metrics.beforeReading(() => {
      for (const [name, at] of this.succeeded)
        age.set({ witness: name }, (clock.now().getTime() - at) / 1000);
      return Promise.resolve();
    });
  }

  asked(witness: string, outcome: Outcome, seconds: number): void {
    this.requests.add({ witness, outcome });
    this.seconds.observe({ witness }, seconds);
  }

  cosigned(witness: string, size: number, at: Date): void {
    this.size.set({ witness }, size);
    this.succeeded.set(witness, at.getTime());
  }
}

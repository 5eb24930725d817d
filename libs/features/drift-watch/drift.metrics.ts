import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';

/** What a look at one resource came to. */
export const OUTCOMES = [
  /** The source holds what the log says. */
  'unchanged',
  /** It holds something else under the same version: an incident. */
  'drift',
  /** It has no such resource, and never deleted it: an incident. */
  'vanished',
  /** It has a version, or a deletion, that the log does not know yet: its history is asked for. */
  'newer',
  /** It refuses to show it, or answers what cannot be read. */
  'passed-over',
] as const;

export type DriftOutcome = (typeof OUTCOMES)[number];

@Injectable()
export class DriftMetrics {
  readonly checks;

  constructor(metrics: Metrics) {
    this.checks = metrics.counter(
      'drift_checks_total',
      'Resources that were read again, by what that showed.',
      {
        outcome: OUTCOMES,
      },
    );
  }
}

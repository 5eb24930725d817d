import { Injectable } from '@nestjs/common';
import { Metrics, OPEN } from '#platform';

@Injectable()
export class AnchoringMetrics {
  private readonly failures;

  constructor(metrics: Metrics) {
    // Both are bounded: the ledgers by the configuration, the codes by the program.
    const labels = { ledger: OPEN, code: OPEN };
    this.failures = metrics.counter('anchor_failures_total', 'Failures by ledger and code.', labels);
  }

  failed(ledger: string, code: string): void {
    this.failures.add({ ledger, code });
  }
}

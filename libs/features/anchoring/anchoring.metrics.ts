import { Injectable } from '@nestjs/common';
import { counter } from '#platform';

@Injectable()
export class AnchoringMetrics {
  private readonly failures = counter('attestry_anchor_failures_total', 'Failures by ledger and code.', [
    'ledger',
    'code',
  ]);

  failed(ledger: string, code: string): void {
    this.failures.inc({ ledger, code });
  }
}

import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';

@Injectable()
export class IntakeMetrics {
  readonly accepted;
  readonly unauthenticated;

  constructor(metrics: Metrics) {
    this.accepted = metrics.counter(
      'intake_accepted_total',
      'Notifications made durable and acknowledged.',
      {},
    );
    this.unauthenticated = metrics.counter(
      'intake_unauthenticated_total',
      'Notifications refused with 401.',
      {},
    );
  }
}

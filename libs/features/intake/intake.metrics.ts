import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';

@Injectable()
export class IntakeMetrics {
  readonly accepted;
  readonly unauthenticated;
  readonly unqueued;

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
    this.unqueued = metrics.counter(
      'intake_unqueued_total',
      'Calls to the queue that failed: their items were left to the sweeper.',
      {},
    );
  }
}

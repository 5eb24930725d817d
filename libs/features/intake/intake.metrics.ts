import { Injectable } from '@nestjs/common';
import { counter } from '#platform';

@Injectable()
export class IntakeMetrics {
  readonly accepted = counter('attestry_intake_accepted_total', 'Notifications made durable and acknowledged.');
  readonly refused = counter('attestry_intake_unauthenticated_total', 'Notifications without valid authentication.');
  readonly unqueued = counter('attestry_intake_unqueued_total', 'Group commits whose job could not be queued at once.');
}

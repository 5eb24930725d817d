import { Controller, Get, Inject } from '@nestjs/common';
import { SubscriptionsService, type DeliveryReport } from './subscriptions.service.js';

/** Lets a demonstration wait until every notification has gone out. */
@Controller('sandbox/deliveries')
export class DeliveriesController {
  constructor(@Inject(SubscriptionsService) private readonly subscriptions: SubscriptionsService) {}

  @Get()
  report(): DeliveryReport {
    return this.subscriptions.report();
  }
}

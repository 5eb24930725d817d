import { Module } from '@nestjs/common';
import { SourceSecretController } from './source-secret.controller.js';
import { SourcesController } from './sources.controller.js';
import { SourcesService } from './sources.service.js';
import { SubscriptionKeeper } from './subscription-keeper.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/** The declared sources and their Subscriptions. */
@Module({
  controllers: [SourcesController, SourceSecretController, SubscriptionsController],
  providers: [SourcesService, SubscriptionKeeper],
})
export class SourcesModule {}

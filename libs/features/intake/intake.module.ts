import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { IntakeController } from './intake.controller.js';
import { IntakeMetrics } from './intake.metrics.js';
import { IntakeService } from './intake.service.js';

/** HTTP intake: POST /intake/{source}, PUT and DELETE /intake/{source}/{Type}/{id}. */
@Module({
  controllers: [IntakeController],
  imports: [InboxModule],
  providers: [IntakeService, IntakeMetrics],
})
export class IntakeModule {}

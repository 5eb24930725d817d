import { Module } from '@nestjs/common';
import { IntakeController } from './intake.controller.js';
import { IntakeMetrics } from './intake.metrics.js';
import { IntakeService } from './intake.service.js';
import { WorkAnnouncer } from './work-announcer.js';

/** HTTP intake: POST /intake/{source}. */
@Module({ controllers: [IntakeController], providers: [IntakeService, IntakeMetrics, WorkAnnouncer] })
export class IntakeModule {}

import { Module } from '@nestjs/common';
import { SourceMetrics } from './source.metrics.js';
import { SourceStatusController } from './source-status.controller.js';
import { SourceStatusService } from './source-status.service.js';

/** How each source is doing: what came, what waits, what is missing, what was checked. */
@Module({ controllers: [SourceStatusController], providers: [SourceStatusService, SourceMetrics] })
export class SourceStatusModule {}

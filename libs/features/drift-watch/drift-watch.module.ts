import { Module } from '@nestjs/common';
import { DriftMetrics } from './drift.metrics.js';
import { DriftWatchProcessor } from './drift-watch.processor.js';
import { DriftWatchService } from './drift-watch.service.js';
import { ResourceComparison } from './resource-comparison.js';

/** Reads records from their sources again, to find what changed beneath the log. */
@Module({ providers: [DriftWatchProcessor, DriftWatchService, ResourceComparison, DriftMetrics] })
export class DriftWatchModule {}

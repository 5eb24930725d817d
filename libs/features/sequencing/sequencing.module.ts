import { Module } from '@nestjs/common';
import { SequencingMetrics } from './sequencing.metrics.js';
import { SequencingProcessor } from './sequencing.processor.js';
import { SequencingService } from './sequencing.service.js';

/** Jobs that extend the log. */
@Module({ providers: [SequencingProcessor, SequencingService, SequencingMetrics] })
export class SequencingModule {}

import { Module } from '@nestjs/common';
import { CosignatureCollector } from './cosignature-collector.js';
import { WitnessQuestion } from './witness-question.js';
import { WitnessingMetrics } from './witnessing.metrics.js';
import { WitnessingProcessor } from './witnessing.processor.js';

/** Jobs that have the newest checkpoint cosigned. */
@Module({ providers: [WitnessingProcessor, CosignatureCollector, WitnessQuestion, WitnessingMetrics] })
export class WitnessingModule {}

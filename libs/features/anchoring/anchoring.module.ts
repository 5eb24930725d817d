import { Module } from '@nestjs/common';
import { AnchoringMetrics } from './anchoring.metrics.js';
import { AnchoringProcessor } from './anchoring.processor.js';
import { AnchoringService } from './anchoring.service.js';

/** Jobs that put checkpoints on ledgers. */
@Module({ providers: [AnchoringProcessor, AnchoringService, AnchoringMetrics] })
export class AnchoringModule {}

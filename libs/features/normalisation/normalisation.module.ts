import { Module } from '@nestjs/common';
import { NormalisationMetrics } from './normalisation.metrics.js';
import { NormalisationProcessor } from './normalisation.processor.js';
import { NormalisationService } from './normalisation.service.js';
import { RecordAnnouncer } from './record-announcer.js';
import { RecordDescriber } from './record-describer.js';

/** Jobs that make record versions out of the inbox. */
@Module({
  providers: [
    NormalisationProcessor,
    NormalisationService,
    NormalisationMetrics,
    RecordAnnouncer,
    RecordDescriber,
  ],
})
export class NormalisationModule {}

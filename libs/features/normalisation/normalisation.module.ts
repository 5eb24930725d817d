import { Module } from '@nestjs/common';
import { ChangeResolver } from './change-resolver.js';
import { DeliveryOpener } from './delivery-opener.js';
import { ItemSettler } from './item-settler.js';
import { NormalisationMetrics } from './normalisation.metrics.js';
import { NormalisationProcessor } from './normalisation.processor.js';
import { NormalisationService } from './normalisation.service.js';
import { RecordAnnouncer } from './record-announcer.js';
import { StructureCheck } from './structure-check.js';

/** Jobs that make record versions out of the inbox. */
@Module({
  providers: [
    NormalisationProcessor,
    NormalisationService,
    NormalisationMetrics,
    RecordAnnouncer,
    ItemSettler,
    DeliveryOpener,
    ChangeResolver,
    StructureCheck,
  ],
})
export class NormalisationModule {}

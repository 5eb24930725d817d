import { Module } from '@nestjs/common';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceService } from './evidence.service.js';

/** Evidence documents: GET /v1/evidence/{index}. */
@Module({ controllers: [EvidenceController], providers: [EvidenceService] })
export class EvidenceModule {}

import { Module } from '@nestjs/common';
import { FhirVerificationController } from './fhir-verification.controller.js';
import { RecordLookup } from './record-lookup.js';
import { RecordsController } from './records.controller.js';
import { VerificationController } from './verification.controller.js';
import { VerificationService } from './verification.service.js';

/** Verification by resource, on our own API and as a FHIR operation, and the list of known versions. */
@Module({
  controllers: [VerificationController, FhirVerificationController, RecordsController],
  providers: [VerificationService, RecordLookup],
})
export class VerificationModule {}

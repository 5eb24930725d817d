import type { CapabilityStatement } from '@medplum/fhirtypes';
import { VERIFY_OPERATION_PATH } from './operation-definition.js';

/** What the FHIR face of this service can do (https://hl7.org/fhir/R4/capabilitystatement.html). @param base the API's public URL */
export function capabilityStatement(base: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-23',
    kind: 'instance',
    software: { name: 'Attestry' },
    implementation: {
      url: `${base}/fhir`,
      description: 'Verification of FHIR record versions against an append-only log',
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        operation: [{ name: 'verify', definition: `${base}${VERIFY_OPERATION_PATH}` }],
        resource: [{ type: 'OperationDefinition', interaction: [{ code: 'read' }] }],
      },
    ],
  };
}

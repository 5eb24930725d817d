export { FhirRestBulkExport } from './fhir-rest.bulk-export.js';
export { FhirRestSource, type FhirRestOptions } from './fhir-rest.source.js';
export { FhirRestSubscriptions } from './fhir-rest.subscriptions.js';
export { SourceTransport, type SourceTransportOptions } from './transport/source-transport.js';
export type { RequestOutcome } from './transport/transport-policy.js';

export { FhirRestSource, type FhirRestOptions } from './fhir-rest.source.js';
export { FhirRestSubscriptions } from './fhir-rest.subscriptions.js';

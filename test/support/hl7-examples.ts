import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

/** Names of all resources that HL7 published as examples of FHIR R4 (npm hl7.fhir.r4.examples). */
export const exampleNames: readonly string[] = readdirSync(folder)
  .filter((name) => /^[A-Z].*\.json$/.test(name))
  .sort();

/** The bytes of an example, as published. */
export function exampleBytes(name: string): Buffer {
  return readFileSync(join(folder, name));
}

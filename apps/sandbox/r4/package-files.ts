import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** HL7's own R4 package: its examples, search parameters and code systems, as published. */
const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

const names = readdirSync(folder).sort();

/** The text of one file of the package, `Patient-example.json` say. */
export function packageFile(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Names of the files that hold resources of one type, in the order of their names. */
export function packageFiles(type: string): readonly string[] {
  return names.filter((name) => name.startsWith(`${type}-`) && name.endsWith('.json'));
}

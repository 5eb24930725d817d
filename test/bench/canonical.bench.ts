import canonicalize from 'canonicalize';
import {
  canonicalBytes,
  DEFAULT_JSON_LIMITS,
  describeVersion,
  parseResource,
  sha256,
  toHex,
  type FhirResource,
} from '#core';
import { exampleBytes, exampleNames } from '../support/hl7-examples.js';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';

const ROUNDS = 7;
const QUICK_EXAMPLES = 200;
const MEGABYTE = 1e6;
const RECORD_SALT = new Uint8Array(32).fill(7);
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Canonical form and SHA-256 over HL7's examples that intake would accept, against JSON.parse, the npm package
 * `canonicalize` and the same SHA-256; and everything that is made of one resource. Rounds alternate; medians count.
 */
export function canonical({ quick, progress }: BenchOptions): readonly BenchRow[] {
  // Two bundles are larger than what intake accepts.
  const texts = exampleNames
    .slice(0, quick ? QUICK_EXAMPLES : undefined)
    .map(exampleBytes)
    .filter(({ length }) => length <= DEFAULT_JSON_LIMITS.maxBytes);
  const bytes = texts.reduce((total, { length }) => total + length, 0);
  const rounds = quick ? 1 : ROUNDS;
  progress(`canonical: ${texts.length} examples, ${rounded(bytes / MEGABYTE)} MB, ${rounds} rounds`);
  const resources = texts.map(stored);
  const contenders = [
    () => digestAll(texts, (text) => toHex(sha256(canonicalBytes(text)))),
    () => digestAll(texts, (text) => toHex(sha256(canonicalize(JSON.parse(decoder.decode(text)))!))),
    () => digestAll(resources, (text) => toHex(describe(parseResource(text)))),
  ];
  const [ours, theirs, described] = medianSeconds(contenders, rounds) as [number, number, number];
  const resourceRate = (seconds: number) => rounded(texts.length / seconds);
  const byteRate = (seconds: number) => rounded(bytes / MEGABYTE / seconds, 1);
  const ratio = rounded(theirs / ours, 2);
  return [
    {
      name: 'canonical',
      unit: 'resources/s',
      value: resourceRate(ours),
      baseline: resourceRate(theirs),
      ratio,
    },
    { name: 'canonical-bytes', unit: 'MB/s', value: byteRate(ours), baseline: byteRate(theirs), ratio },
    {
      name: 'describe',
      unit: 'resources/s',
      value: resourceRate(described),
      baseline: resourceRate(theirs),
      ratio: rounded(theirs / described, 2),
    },
  ];
}

/** The example as a server would hold it: with an id and a version. */
function stored(text: Uint8Array): Uint8Array {
  const members = `"id":"example","meta":{"versionId":"1","lastUpdated":"2026-01-01T00:00:00Z"},`;
  const rest = JSON.parse(decoder.decode(text)) as Record<string, unknown>;
  delete rest['id'];
  delete rest['meta'];
  return new TextEncoder().encode(`{${members}${JSON.stringify(rest, null, 2).slice(1)}`);
}

/** Views, element tree, statement and commitment. */
function describe(resource: FhirResource): Uint8Array {
  return describeVersion({
    source: 'https://fhir.example.org/r4',
    fhirVersion: '4.0.1',
    resource,
    interaction: 'update',
    observed: '2026-01-01T00:00:00.000Z',
    recordSalt: RECORD_SALT,
  }).commitment;
}

/** Uses every digest, so that no work can be left out. */
function digestAll(texts: readonly Uint8Array[], digest: (text: Uint8Array) => string): number {
  return texts.reduce((sum, text) => sum + digest(text).length, 0);
}

function medianSeconds(contenders: readonly (() => number)[], rounds: number): number[] {
  const times = contenders.map((): number[] => []);
  for (const run of contenders) run();
  for (let round = 0; round < rounds; round++)
    contenders.forEach((run, at) => {
      const begin = performance.now();
      run();
      times[at]!.push((performance.now() - begin) / 1_000);
    });
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)]!);
}

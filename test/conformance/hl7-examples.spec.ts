import canonicalize from 'canonicalize';
import {
  canonicalise,
  exactElements,
  exactView,
  isJsonArray,
  isJsonObject,
  parseJson,
  parseResource,
  portableView,
  stringToken,
  type JsonValue,
} from '#core';
import { exampleBytes, exampleNames } from '../support/hl7-examples.js';

/** Two bundles of definitions are larger than what intake accepts. */
const LIMITS = { maxBytes: 64 * 1024 * 1024, maxDepth: 256 };
const VIEWED = 1_000_000;
const SEED = 20260101;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g;

/** A small generator of numbers below 1 (mulberry32): the same shuffles each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** JSON text of a value, the members of each object in any order. */
function shuffled(value: JsonValue, random: () => number): string {
  if (isJsonArray(value)) return `[${value.map((item) => shuffled(item, random)).join(' , ')}]`;
  if (!isJsonObject(value)) return value;
  const members = [...value];
  for (let at = members.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [members[at], members[other]] = [members[other]!, members[at]!];
  }
  return `{${members.map(([name, member]) => `${stringToken(name)} : ${shuffled(member, random)}`).join('\n,')}}`;
}

const numberTokens = (text: string) => (text.match(TOKEN) ?? []).filter((token) => !token.startsWith('"'));
const survives = (token: string) => JSON.stringify(Number(token)) === token;

describe('every example that HL7 published for FHIR R4', () => {
  const random = seeded(SEED);
  const failed: Record<string, string[]> = {};
  const expectOf = (what: string, name: string, holds: boolean) => holds || (failed[what] ??= []).push(name);
  let compared = 0;

  beforeAll(() => {
    for (const name of exampleNames) {
      const text = exampleBytes(name).toString('utf8');
      const canonical = canonicalise(text, LIMITS);
      const numbers = numberTokens(text);
      expectOf('idempotent', name, canonicalise(canonical, LIMITS) === canonical);
      const disordered = shuffled(parseJson(text, LIMITS), random);
      expectOf('order-blind', name, canonicalise(disordered, LIMITS) === canonical);
      expectOf('number tokens', name, numberTokens(canonical).sort().join() === numbers.sort().join());
      if (numbers.every(survives)) {
        compared++;
        expectOf('canonicalize', name, canonical === canonicalize(JSON.parse(text)));
      }
    }
  }, 600_000);

  it('is there', () => {
    expect(exampleNames.length).toBeGreaterThan(5_290);
    expect(compared).toBeGreaterThan(5_200);
  });

  it.each([
    ['canonicalises to a fixed point', 'idempotent'],
    [`canonicalises the same in any order of members (seed ${SEED})`, 'order-blind'],
    ['keeps every number token', 'number tokens'],
    ['canonicalises as RFC 8785 where its numbers survive a double', 'canonicalize'],
  ])('%s', (_, what) => {
    expect(failed[what]).toBeUndefined();
  });
});

// The sixteen over that are two thirds of all bytes: for them the canonical form above has to be enough.
describe('views of every example up to 1 MB', () => {
  const failed: Record<string, string[]> = {};
  const expectOf = (what: string, name: string, holds: boolean) => holds || (failed[what] ??= []).push(name);

  beforeAll(() => {
    for (const name of exampleNames) {
      const bytes = exampleBytes(name);
      if (bytes.length > VIEWED) continue;
      const resource = parseResource(bytes, LIMITS);
      const exact = exactView(resource);
      const portable = portableView(resource, 'http://hl7.org/fhir');
      expectOf('exact', name, exactView(parseResource(exact, LIMITS)) === exact);
      expectOf(
        'portable',
        name,
        portableView(parseResource(portable, LIMITS), 'http://hl7.org/fhir') === portable,
      );
      expectOf('copied', name, portableView(copyOf(resource.root), 'http://hl7.org/fhir') === portable);
      const members = exactElements(resource).map(({ json }) => json.slice(1, -1));
      expectOf('elements', name, canonicalise(`{${members.join(',')}}`, LIMITS) === exact);
    }
  }, 600_000);

  /** What another server might answer after taking the resource in. */
  function copyOf(root: ReadonlyMap<string, JsonValue>) {
    const meta = root.get('meta');
    const security = isJsonObject(meta) ? meta.get('security') : undefined;
    const copied = new Map([
      ...root,
      ['id', '"copy"'],
      ['text', '{"status":"empty"}'],
      [
        'meta',
        new Map([['versionId', '"1"'], ...(security === undefined ? [] : [['security', security] as const])]),
      ],
    ] as [string, JsonValue][]);
    return parseResource(shuffled(copied, seeded(SEED)), LIMITS);
  }

  it.each([
    ['are fixed points: exact', 'exact'],
    ['are fixed points: portable', 'portable'],
    ['survive copying: portable', 'copied'],
    ['consist of their elements: exact', 'elements'],
  ])('%s', (_, what) => {
    expect(failed[what]).toBeUndefined();
  });
});

import fc from 'fast-check';
import { ExampleLog, PATIENT } from '../testing/example-evidence.node.js';
import { refusalOf } from '../testing/refusal.js';
import {
  checkEvidence,
  CoreError,
  discloseEvidence,
  formatEvidence,
  parseEvidence,
  parseResource,
  type Evidence,
  type EvidenceReport,
} from '#core';

const example = new ExampleLog();
const { trust } = example;
const resource = parseResource(PATIENT);
const evidence = example.evidence();
const document = formatEvidence(evidence);

/** The document with one member, found by its path, replaced; undefined removes it. */
function replaced(path: readonly (string | number)[], value: unknown): string {
  const changed = JSON.parse(document) as Record<string | number, never>;
  const parent = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>((at, name) => at[name] as never, changed);
  parent[path.at(-1)!] = value;
  return JSON.stringify(changed);
}

function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    pathsOf(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length > 0 ? [path, ...inner] : inner;
}

describe('evidence that is not evidence', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'evidence'],
    ['NaN', document.replace('"index":5', '"index":NaN')],
    ['null', 'null'],
    ['an array', `[${document}]`],
    ['a number', '1'],
    ['a member twice', document.replace('"index":5', '"index":5,"index":5')],
    ['a member more', document.replace('"index":5', '"index":5,"note":""')],
    ['__proto__', document.replace('"index":5', '"index":5,"__proto__":{"verified":true}')],
    ['an index out of __proto__', document.replace('"index":5', '"__proto__":{"index":5}')],
    ['a fraction for an index', document.replace('"index":5', '"index":5.0')],
    ['an exponent for an index', document.replace('"index":5', '"index":5e0')],
    ['a negative index', document.replace('"index":5', '"index":-5')],
    ['an index that no double holds', document.replace('"index":5', '"index":9007199254740993')],
    ['a text for an index', document.replace('"index":5', '"index":"5"')],
    ['another version', document.replace('"attestry":1', '"attestry":2')],
    ['both opening and disclosures', document.replace('"index":5', '"index":5,"disclosures":[]')],
    ['a byte order mark', `\ufeff${document}`],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['depth', '['.repeat(100_000)],
    ['size', `"${'x'.repeat(41 * 1024 * 1024)}"`],
  ])('is refused: %s', (_, input) => {
    expect(refusalOf(() => parseEvidence(input))).toBe('EVIDENCE.MALFORMED');
  });

  it('is refused with any member gone, or of any other type', () => {
    for (const path of pathsOf(JSON.parse(document)).filter(([first]) => first !== undefined)) {
      const optional =
        path.join('.') === 'statement.lastUpdated' || (path[1] === 'elements' && path[0] === 'opening');
      const isItem = typeof path.at(-1) === 'number';
      if (!optional && !isItem)
        expect([path, refusalOf(() => parseEvidence(replaced(path, undefined)))]).toEqual([
          path,
          'EVIDENCE.MALFORMED',
        ]);
      for (const other of [null, true, -1, 0.5, {}, [], ['x'], { x: 1 }, '\ud800']) {
        if (path.join('.') === 'opening.elements' && JSON.stringify(other) === '{}') continue;
        if (['anchors', 'anchors.0.consistency'].includes(path.join('.')) && JSON.stringify(other) === '[]')
          continue;
        expect([path, other, refusalOf(() => parseEvidence(replaced(path, other)))]).toEqual([
          path,
          other,
          'EVIDENCE.MALFORMED',
        ]);
      }
    }
  });

  it('is refused as an object too: checks take nothing for granted', () => {
    const cyclic: Record<string, unknown> = { ...evidence };
    cyclic['statement'] = cyclic;
    const hostile: unknown[] = [
      undefined,
      null,
      1,
      'text',
      [],
      {},
      cyclic,
      Object.create(evidence),
      { ...evidence, index: NaN },
      { ...evidence, index: 5n },
      { ...evidence, proof: { toString: () => evidence.proof } },
      { ...evidence, opening: { ...evidence.opening, elements: [] } },
      { ...evidence, anchors: { length: 0 } },
    ];
    for (const value of hostile)
      expect(refusalOf(() => checkEvidence(value as Evidence, trust))).toBe('EVIDENCE.MALFORMED');
  });

  it('never breaks its reader: any JSON is refused with a code', () => {
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.json(),
        fc.constantFrom(
          ...pathsOf(JSON.parse(document))
            .flat()
            .map((name) => JSON.stringify(name)),
          'NaN',
          '1e999',
          '""',
        ),
        fc
          .array(tie('value') as fc.Arbitrary<string>, { maxLength: 3 })
          .map((items) => `[${items.join(',')}]`),
        fc
          .dictionary(
            fc.constantFrom(
              'attestry',
              'statement',
              'opening',
              'index',
              'proof',
              'anchors',
              '__proto__',
              'constructor',
            ),
            tie('value') as fc.Arbitrary<string>,
          )
          .map(
            (members) =>
              `{${Object.entries(members)
                .map(([name, value]) => `"${name}":${value}`)
                .join(',')}}`,
          ),
      ),
    })).value;
    fc.assert(
      fc.property(values, (text) => refusalOf(() => parseEvidence(text)) === 'EVIDENCE.MALFORMED'),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(JSON.parse(document))), fc.jsonValue(), (path, value) => {
        judge(replaced(path, value));
      }),
      { numRuns: 500 },
    );
  });

  it('takes any name for an element, and finds none that is not there', () => {
    const report = judge(document.replace('"birthDate":"', '"__proto__":"'));
    expect(report?.checks.find(({ name }) => name === 'resource')?.status).toBe('failed');
    const parsed = parseEvidence(document.replace('"birthDate":"', '"__proto__":"'));
    expect(Object.keys(parsed.opening!.elements)).toContain('__proto__');
  });
});

/** The report of a document that can be read. Whatever cannot must be refused as malformed, or this throws. */
function judge(input: string | Uint8Array): EvidenceReport | undefined {
  try {
    return checkEvidence(parseEvidence(input), trust, { resource });
  } catch (error) {
    if (error instanceof CoreError && error.code === 'EVIDENCE.MALFORMED') return undefined;
    throw error;
  }
}

describe('evidence with one byte changed', () => {
  /** What the evidence proves. What an anchor says of its ledger is checked by asking the ledger, and only then proven. */
  function meaningOf(read: Evidence, report: EvidenceReport): unknown {
    const anchors = read.anchors.map(({ size, root, facts }) => {
      return { size, root, chainId: facts['chainId'], contract: String(facts['contract']).toLowerCase() };
    });
    const { verified, match, matching, differing } = report;
    const verdict = { verified, match, matching, differing };
    return {
      ...verdict,
      statement: read.statement,
      index: read.index,
      disclosures: read.disclosures,
      anchors,
    };
  }

  it.each([
    ['that opens everything', evidence],
    ['that discloses two elements', discloseEvidence(evidence, resource, ['birthDate', 'name'])],
  ])(
    'and %s is refused, or not verified, or means the same',
    (_, original) => {
      const bytes = new TextEncoder().encode(formatEvidence(original));
      const meaning = meaningOf(original, judge(bytes)!);
      let verified = 0;
      for (let at = 0; at < bytes.length; at++) {
        const flip = [0x01, 0x10, 0x20, 0x80][(at * 7) % 4]!;
        const changed = bytes.with(at, bytes[at]! ^ flip);
        const report = judge(changed);
        if (!report?.verified) continue;
        verified++;
        expect(meaningOf(parseEvidence(changed), report)).toEqual(meaning);
      }
      // Only what an anchor says of its ledger can be changed unseen: fewer than its characters.
      expect(verified).toBeLessThan(JSON.stringify(original.anchors).length);
    },
    300_000,
  );
});

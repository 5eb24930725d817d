import fc from 'fast-check';
import { CoreError, canonicalise, canonicalJson, parseJson, utf8 } from '#core';

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Number tokens as received, by the reviver's view of the source text (ECMAScript, JSON.parse source text access). */
class NumberToken {
  constructor(readonly source: string) {}
}

/** The specification of the canonical form in ten lines, on the engine's own parser: slow, and unlike ours. */
function reference(text: string): string {
  const write = (value: unknown): string => {
    if (value instanceof NumberToken) return value.source;
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${write((value as Record<string, unknown>)[name])}`).join(',')}}`;
  };
  return write(
    parseWithSource(text, (_, value, { source }) =>
      typeof value === 'number' ? new NumberToken(source!) : value,
    ),
  );
}

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 2 });
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 30n }).map(String)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.[0-9]{1,20}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?[0-9]{1,3}$/)),
  )
  .map((parts) => parts.join(''));

/** A string token, each character spelled in one of the ways that JSON allows. */
const text = fc
  .array(fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.nat(2)), { maxLength: 8 })
  .map((characters) => `"${characters.map(([character, way]) => spell(character, way)).join('')}"`);

function spell(character: string, way: number): string {
  const escaped = [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
  if (way === 0) return escaped;
  if (way === 1) return escaped.replace(/[0-9a-f]{4}/g, (digits) => digits.toUpperCase());
  return character === '/' ? '\\/' : JSON.stringify(character).slice(1, -1);
}

/** JSON text in any layout and spelling, each name of an object once. */
const { json } = fc.letrec<{ json: string; array: string; object: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('true', 'false', 'null'),
    number,
    text,
    tie('array'),
    tie('object'),
  ),
  array: fc
    .tuple(fc.array(tie('json'), { maxLength: 6 }), space)
    .map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(text, tie('json')), {
        maxLength: 40,
        selector: ([name]) => JSON.parse(name) as string,
      }),
      space,
    )
    .map(
      ([members, gap]) =>
        `{${gap}${members.map(([name, value]) => `${name}${gap}:${gap}${value}`).join(`,${gap}`)}${gap}}`,
    ),
}));

/** __proto__ is special to JSON.parse's consumers, not to us; the reference leaves it out. */
const comparable = json.filter((source) => !source.includes('__proto__'));

describe('canonicalising any JSON', () => {
  it('agrees with the reference', () => {
    fc.assert(
      fc.property(comparable, (source) => canonicalise(source) === reference(source)),
      { numRuns: 500 },
    );
  });

  it('is idempotent, and the same from bytes, from a string, and by the tree', () => {
    fc.assert(
      fc.property(json, (source) => {
        const canonical = canonicalise(source);
        expect(canonicalise(canonical)).toBe(canonical);
        expect(canonicalise(utf8(source))).toBe(canonical);
        expect(canonicalJson(parseJson(source))).toBe(canonical);
      }),
      { numRuns: 300 },
    );
  });
});

describe('accepting', () => {
  const accepts = (parse: () => unknown): string => {
    try {
      parse();
      return 'accepted';
    } catch (error) {
      return error instanceof CoreError ? error.code : 'refused';
    }
  };

  it('agrees with the engine about any text damaged in a few places', () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '',
          '"',
          '\\',
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '0',
          '-',
          '.',
          'e',
          'u',
          't',
          ' ',
          '\n',
          '\0',
          'é',
        ),
      ),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(comparable, damage, fc.boolean(), (source, faults, insert) => {
        const damaged = faults.reduce((whole, [where, character]) => {
          const at = where % (whole.length + 1);
          return whole.slice(0, at) + character + whole.slice(insert ? at : at + 1);
        }, source);
        const verdict = accepts(() => canonicalise(damaged));
        if (verdict === 'CANONICAL.DUPLICATE_MEMBER' || verdict === 'CANONICAL.LONE_SURROGATE') return;
        expect(verdict === 'accepted').toBe(accepts(() => JSON.parse(damaged) as unknown) === 'accepted');
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the engine about which bytes are UTF-8', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const byte = fc.oneof(
      fc.integer({ min: 0x80, max: 0xff }),
      fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x9f, 0xa0, 0x8f, 0x90, 0x41),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 5 }), (bytes) => {
        const verdict = accepts(() => canonicalise(Uint8Array.of(0x22, ...bytes, 0x22)));
        const isUtf8 = accepts(() => decoder.decode(Uint8Array.from(bytes))) === 'accepted';
        expect(verdict).toBe(isUtf8 ? 'accepted' : 'CANONICAL.INVALID_UTF8');
      }),
      { numRuns: 2000 },
    );
  });
});

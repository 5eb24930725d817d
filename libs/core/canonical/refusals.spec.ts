import { CoreError, canonicalise, parseJson, utf8 } from '#core';

/** Code and position of a refusal. */
function refusal(
  text: string | Uint8Array,
  limits?: { maxBytes: number; maxDepth: number },
): [string, number | undefined] {
  try {
    canonicalise(text, limits);
  } catch (error) {
    if (error instanceof CoreError) return [error.code, error.position];
    throw error;
  }
  return ['accepted', undefined];
}

describe('what RFC 8259 refuses', () => {
  it.each([
    ['', 0],
    [' ', 1],
    ['\ufeff{}', 0],
    ['{', 1],
    ['[', 1],
    ['}', 0],
    [']', 0],
    ['[}', 1],
    ['{]', 1],
    ['[1,]', 3],
    ['[,1]', 1],
    ['[1 2]', 3],
    ['[1,,2]', 3],
    ['[1', 2],
    ['[1}', 2],
    ['{"a":1', 6],
    ['{"a":1]', 6],
    ['{"a":1,}', 7],
    ['{,}', 1],
    ['{"a"}', 4],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ['{"a"::1}', 5],
    ['{"a":1 "b":2}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{1:1}', 1],
    ['{null:1}', 1],
    ['1 2', 2],
    ['{}{}', 2],
    ['{}x', 2],
    ['[]\0', 2],
    ['\0', 0],
    ['[\u00a0]', 1],
    ['[\u2028]', 1],
    ['[\v1]', 1],
    ['[\f1]', 1],
    ['/**/1', 0],
    ['1//', 1],
    ['01', 1],
    ['-', 1],
    ['-01', 2],
    ['+1', 0],
    ['.5', 0],
    ['1.', 2],
    ['1.e1', 2],
    ['-.5', 1],
    ['1e', 2],
    ['1e+', 3],
    ['1e1.5', 3],
    ['1.5.5', 3],
    ['0x10', 1],
    ['1_000', 1],
    ['--1', 1],
    ['Infinity', 0],
    ['-Infinity', 1],
    ['NaN', 0],
    ['undefined', 0],
    ['True', 0],
    ['tru', 0],
    ['nul', 0],
    ['falsey', 5],
    ['truefalse', 4],
    ['"', 1],
    ['"a', 2],
    ['"a\\"', 4],
    ['"\\', 1],
    ['"\\a"', 1],
    ['"\\x41"', 1],
    ['"\\u"', 1],
    ['"\\u12"', 1],
    ['"\\u12G4"', 1],
    ['"\\U0041"', 1],
    ['"\\u 041"', 1],
    ["'a'", 0],
    ['"a\nb"', 2],
    ['"a\tb"', 2],
    ['"\0"', 1],
    ['"\x1f"', 1],
    ['{"a\n":1}', 3],
    ['["€😀", x]', 8],
    ['{"\\u0061":1,"😀":}', 17],
  ])('is refused where it fails: %j', (text, position) => {
    expect(refusal(text)).toEqual(['CANONICAL.SYNTAX', position]);
    expect(refusal(utf8(text))).toEqual(['CANONICAL.SYNTAX', position]);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });
});

describe('duplicate members', () => {
  it.each([
    ['{"a":1,"a":1}', 7],
    ['{"a":1,"b":{"c":1,"d":2,"c":3},"a":2}', 24],
    ['{"a":1,"\\u0061":2}', 7],
    ['{"\\u0061":1,"x":0,"a":2}', 18],
    ['{"\\u0061":1,"x":0,"\\u0061":2}', 18],
    ['{"":1,"":2}', 6],
    ['{"é":1,"é":2}', 7],
    ['{"__proto__":1,"__proto__":2}', 15],
    [
      `{${Array.from({ length: 100 }, (_, at) => `"${String(at % 99).padStart(2, '0')}":0`).join(',')}}`,
      1 + 99 * 7,
    ],
  ])('are refused at the later one: %s', (text, position) => {
    expect(refusal(text)).toEqual(['CANONICAL.DUPLICATE_MEMBER', position]);
    expect(refusal(utf8(text))).toEqual(['CANONICAL.DUPLICATE_MEMBER', position]);
  });

  it('are none where objects differ', () => {
    expect(canonicalise('[{"a":1},{"a":{"a":1}}]')).toBe('[{"a":1},{"a":{"a":1}}]');
  });
});

describe('lone surrogates', () => {
  it.each([
    [String.raw`"\ud800"`, 1],
    [String.raw`"\udc00"`, 1],
    [String.raw`"ab\uD83D"`, 3],
    [String.raw`"\ud83d\ud83d\ude00"`, 1],
    [String.raw`"\ud83d\ude00\ude00"`, 13],
    [String.raw`"\\ud800\udfff"`, 8],
    [String.raw`"\ud83dx\ude00"`, 1],
    [String.raw`["é","\n\ud83d\n\ude00"]`, 8],
    [String.raw`{"\udead":1}`, 2],
  ])('by escapes are refused: %s', (text, position) => {
    expect(refusal(text)).toEqual(['CANONICAL.LONE_SURROGATE', position]);
    expect(refusal(utf8(text))).toEqual(['CANONICAL.LONE_SURROGATE', position]);
  });

  it.each([
    ['"\ud800"', 1],
    ['"ab\udc00"', 3],
    ['["😀","\ud83d"]', 7],
  ])('in strings of JavaScript are refused: %j', (text, position) => {
    expect(refusal(text)).toEqual(['CANONICAL.LONE_SURROGATE', position]);
  });

  it('are none behind an escaped backslash', () => {
    expect(canonicalise(String.raw`"\\ud800"`)).toBe(String.raw`"\\ud800"`);
  });
});

describe('ill-formed UTF-8', () => {
  it.each([
    ['a lone continuation', [0x80]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an overlong solidus', [0xe0, 0x80, 0xaf]],
    ['an overlong four bytes', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a code point over U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead byte that is none', [0xff]],
    ['two bytes cut short', [0xc3]],
    ['three bytes cut short', [0xe2, 0x82]],
    ['four bytes cut short', [0xf0, 0x9f, 0x98]],
  ])('is refused at its byte: %s', (_, bad) => {
    const at = (before: string, after: string) => Uint8Array.of(...utf8(before), ...bad, ...utf8(after));
    expect(refusal(at('["é', '"]'))).toEqual(['CANONICAL.INVALID_UTF8', 4]);
    expect(refusal(at('{"', '":1}'))).toEqual(['CANONICAL.INVALID_UTF8', 2]);
    expect(refusal(at('[', ']'))).toEqual(['CANONICAL.INVALID_UTF8', 1]);
    expect(refusal(at('"', ''))).toEqual(['CANONICAL.INVALID_UTF8', 1]);
    expect(refusal(at('[]', ''))).toEqual(['CANONICAL.INVALID_UTF8', 2]);
  });
});

describe('limits', () => {
  const limits = { maxBytes: 20, maxDepth: 3 };

  it('of depth refuse the bracket that goes beyond', () => {
    expect(refusal('[{"a":[]}]', limits)).toEqual(['accepted', undefined]);
    expect(refusal('[{"a":[[]]}]', limits)).toEqual(['CANONICAL.TOO_DEEP', 7]);
    expect(refusal('['.repeat(256) + ']'.repeat(256))).toEqual(['accepted', undefined]);
    expect(refusal('['.repeat(257) + ']'.repeat(257))).toEqual(['CANONICAL.TOO_DEEP', 256]);
    expect(refusal('[{"a":'.repeat(100_000))).toEqual(['CANONICAL.TOO_DEEP', (256 / 2) * 6]);
  });

  it('of size count bytes, not characters', () => {
    expect(refusal(`"${'x'.repeat(18)}"`, limits)).toEqual(['accepted', undefined]);
    expect(refusal(`"${'x'.repeat(19)}"`, limits)).toEqual(['CANONICAL.TOO_LARGE', 20]);
    expect(refusal(`"${'é'.repeat(9)}"`, limits)).toEqual(['accepted', undefined]);
    expect(refusal(`"${'é'.repeat(10)}"`, limits)).toEqual(['CANONICAL.TOO_LARGE', 20]);
    expect(refusal(utf8(`"${'é'.repeat(10)}"`), limits)).toEqual(['CANONICAL.TOO_LARGE', 20]);
    expect(refusal(new Uint8Array(16 * 1024 * 1024 + 1))).toEqual(['CANONICAL.TOO_LARGE', 16 * 1024 * 1024]);
  });
});

describe('a refusal', () => {
  it('never repeats what it refuses', () => {
    const secrets = [
      '{"Chalmers":1,"Chalmers":2}',
      '["Chalmers" Chalmers]',
      '"Chalmers\\q"',
      '"Chalmers\\ud800"',
    ];
    for (const secret of secrets) {
      expect(() => parseJson(secret)).toThrow(CoreError);
      expect(() => parseJson(secret)).not.toThrow('Chalmers');
    }
  });

  it('leaves nothing behind for the next text', () => {
    expect(refusal('{"x":[[["a",{"\\u0062":1,')).toEqual(['CANONICAL.SYNTAX', 24]);
    expect(canonicalise('{"b":[],"a":1}')).toBe('{"a":1,"b":[]}');
  });
});

import {
  canonicalBytes,
  canonicalise,
  canonicalJson,
  isJsonObject,
  parseJson,
  tokenString,
  utf8,
  type JsonValue,
} from '#core';

describe('the canonical form', () => {
  it('sorts names as RFC 8785, section 3.2.3, shows', () => {
    const sample = `{
      "\\u20ac": "Euro Sign",
      "\\r": "Carriage Return",
      "\\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\\ud83d\\ude00": "Emoji: Grinning Face",
      "\\u0080": "Control",
      "\\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const values = [...canonicalise(sample).matchAll(/:"([^"]*)"/g)].map(([, value]) => value);
    expect(values).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('spells strings and literals as RFC 8785, section 3.2.2, shows', () => {
    const sample = String.raw`{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`;
    expect(canonicalise(sample)).toBe(
      String.raw`{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it.each([
    // cyberphone/json-canonicalization, testdata (the reference data of RFC 8785, appendix G)
    [
      'weird',
      String.raw`{"\u20ac":"Euro Sign","1":"One","\u0080":"Control\u007f","\ud83d\ude02":"Smiley","\u00f6":"Latin Small Letter O With Diaeresis","\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}`,
      '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    [
      'french',
      '{\n "peach": "This sorting order",\n "péché": "is wrong according to French",\n "pêche": "but canonicalization MUST",\n "sin": "ingnore locale"\n}\n',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ingnore locale"}',
    ],
    ['unicode', String.raw`{ "Unnormalized Unicode":"A\u030a" }`, '{"Unnormalized Unicode":"A\u030a"}'],
    [
      'structures, but for its number',
      String.raw`{ "1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ { } ], "A": { } }`,
      String.raw`{"":"empty","1":{"\n":56.0,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}`,
    ],
  ])('is that of the published sample %s', (_, sample, canonical) => {
    expect(canonicalise(sample)).toBe(canonical);
    expect(canonicalise(utf8(sample))).toBe(canonical);
  });

  it('keeps number tokens to the letter', () => {
    const numbers = '1.0,1.00,-0,-0.0,1E5,1e+05,1e-05,0.1e1,123456789012345678901234567890.10,1E400';
    expect(canonicalise(`[ ${numbers.replaceAll(',', ' , ')} ]`)).toBe(`[${numbers}]`);
  });

  it.each([
    ['every short escape', String.raw`"\"\\\b\f\n\r\t"`, String.raw`"\"\\\b\f\n\r\t"`],
    ['an escaped solidus', String.raw`"<\/p>"`, '"</p>"'],
    ['controls, in lower case', String.raw`"\u0000\u001F\u0008\u000C"`, String.raw`"\u0000\u001f\b\f"`],
    ['escaped ASCII', String.raw`"\u0027\u003C\u007f"`, '"\'<\x7f"'],
    ['an escaped pair', String.raw`"\uD83D\uDE00"`, '"😀"'],
    ['line separators, which JSON leaves alone', '"\u2028\u2029"', '"\u2028\u2029"'],
    ['a byte order mark inside', '"\ufeff"', '"\ufeff"'],
    ['the first and last of each UTF-8 length', '"\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff𐀀\u{10ffff}"'],
  ])('spells %s', (_, token, canonical = token) => {
    expect(canonicalise(token)).toBe(canonical);
    expect(canonicalise(utf8(token))).toBe(canonical);
    expect(canonicalise(`{${token}:${token}}`)).toBe(`{${canonical}:${canonical}}`);
  });

  it.each([
    [
      'escapes by the characters they stand for',
      ['"\\t"', '"\\n"', '"\\f"', '"!"', '"\\""', '"#"', '"["', '"\\\\"', '"]"'],
    ],
    [
      'a shorter name before a longer one',
      ['""', '"\\u0000"', '" "', '"a"', '"a\\u0000"', '"a "', '"a!"', '"ab"'],
    ],
    [
      'surrogates before U+E000',
      ['"\u007f"', '"\ud7ff"', '"\u{10000}"', '"\u{1f600}"', '"\u{10ffff}"', '"\ue000"', '"\uffff"'],
    ],
    ['past a shared escape', ['"a\\nb"', '"a\\nc"', '"a\\u001fb"', '"a\\u001fc"']],
  ])('sorts %s', (_, names) => {
    const canonical = `{${names.map((name) => `${name}:0`).join(',')}}`;
    expect(
      canonicalise(
        `{${names
          .toReversed()
          .map((name) => `${name}:0`)
          .join(',')}}`,
      ),
    ).toBe(canonical);
    expect(names.map((name) => JSON.parse(name) as string).sort()).toEqual(
      names.map((name) => JSON.parse(name) as string),
    );
  });

  it('drops white space everywhere around tokens, and nowhere inside', () => {
    expect(canonicalise('\t\r\n { "b c" \n:\t[ 1 , {} , [ ] ]\r, "a" : null } \n')).toBe(
      '{"a":null,"b c":[1,{},[]]}',
    );
  });

  it('takes the same bytes whatever holds them', () => {
    const bytes = Buffer.from('xx{"b":1,"a":2}xx');
    expect(Buffer.from(canonicalBytes(bytes.subarray(2, -2))).toString()).toBe('{"a":2,"b":1}');
  });

  it('gives bytes that later texts leave alone', () => {
    const first = canonicalBytes('{"b":1,"a":2}');
    canonicalBytes('{"d":3,"c":4}');
    expect(Buffer.from(first).toString()).toBe('{"a":2,"b":1}');
  });
});

describe('parsed JSON', () => {
  it('holds canonical tokens, and __proto__ is just a name', () => {
    const value = parseJson('{"__proto__":{"a":1.00},"constructor":["\\u0041",true],"é":"ü"}');
    expect(isJsonObject(value) && [...value.keys()]).toEqual(['__proto__', 'constructor', 'é']);
    expect(isJsonObject(value) && value.get('constructor')).toEqual(['"A"', 'true']);
    expect(isJsonObject(value) && value.get('polluted')).toBeUndefined();
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1.00},"constructor":["A",true],"é":"ü"}');
    expect(isJsonObject(value) && tokenString(value.get('é'))).toBe('ü');
  });

  it('is sorted when it is written, in whatever order it was put together', () => {
    expect(
      canonicalJson(
        new Map<string, JsonValue>([
          ['b', '1'],
          ['a', ['"x"', new Map()]],
        ]),
      ),
    ).toBe('{"a":["x",{}],"b":1}');
  });
});

describe('large and hostile texts', () => {
  it('nest to any depth that the limits allow, without the call stack', () => {
    const depth = 200_000;
    const limits = { maxBytes: 8 * depth, maxDepth: depth };
    const deep = '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);
    expect(canonicalise(deep, limits) === deep).toBe(true);
    expect(() => parseJson(deep, limits)).not.toThrow();
  });

  it.each([
    ['ascending', (at: number) => String(at).padStart(6, '0')],
    ['descending', (at: number) => String(999_999 - at).padStart(6, '0')],
    [
      'scattered, after a long common beginning',
      (at: number) => 'x'.repeat(100) + String((at * 7919) % 100_003),
    ],
    ['escaped', (at: number) => `\\u000${String(at % 10)}${String(at)}`],
  ])('have 100,000 members with %s names in less than quadratic time', (_, name) => {
    const names = Array.from({ length: 100_000 }, (_, at) => `"${name(at)}"`);
    const sorted = names.toSorted((a, b) => ((JSON.parse(a) as string) < (JSON.parse(b) as string) ? -1 : 1));
    const begin = process.cpuUsage();
    const canonical = canonicalise(`{${names.map((token) => `${token}:1`).join(',')}}`);
    expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(5_000);
    expect(
      canonical === `{${sorted.map((token) => `${JSON.stringify(JSON.parse(token))}:1`).join(',')}}`,
    ).toBe(true);
  });

  it('outgrow the shared buffers in every dimension', () => {
    const string = 'ü\\n'.repeat(300_000);
    const array = Array.from({ length: 200_000 }, (_, at) => String(at)).join(',');
    const escaped = String.raw`\u00fc\/`.repeat(60_000);
    const text = `{"b":[${array}],"a":"${string}","c":"${escaped}"}`;
    const canonical = `{"a":"${string}","b":[${array}],"c":"${'ü/'.repeat(60_000)}"}`;
    expect(canonicalise(text) === canonical).toBe(true);
    expect(canonicalise('[1, 2]')).toBe('[1,2]');
  });
});

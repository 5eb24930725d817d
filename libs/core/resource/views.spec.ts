import { exactView, parseResource, portableView, referencedBases, sha256, toHex, viewDigests } from '#core';

const BASE = 'https://fhir.example.org/r4';
const exactOf = (resource: object | string) => exactView(parsed(resource));
const portableOf = (resource: object | string, base?: string) => portableView(parsed(resource), base);
const parsed = (resource: object | string) =>
  parseResource(typeof resource === 'string' ? resource : JSON.stringify(resource));
const patient = (members: object) => ({ resourceType: 'Patient', ...members });

const ORIGINAL = `{
  "resourceType": "Observation", "id": "o1",
  "meta": { "versionId": "3", "lastUpdated": "2026-01-02T03:04:05Z", "source": "#x", "profile": ["p"],
            "security": [{ "code": "R" }], "tag": [{ "code": "t" }] },
  "text": { "status": "generated", "div": "<div>1</div>" },
  "subject": { "reference": "${BASE}/Patient/p1" },
  "valueQuantity": { "value": 1.50, "unit": "mg" }
}`;

describe('the exact view', () => {
  it('drops what a source writes by storing, and nothing else', () => {
    expect(exactOf(ORIGINAL)).toBe(
      `{"id":"o1","meta":{"profile":["p"],"security":[{"code":"R"}],"tag":[{"code":"t"}]},"resourceType":"Observation",` +
        `"subject":{"reference":"${BASE}/Patient/p1"},"text":{"div":"<div>1</div>","status":"generated"},` +
        `"valueQuantity":{"unit":"mg","value":1.50}}`,
    );
  });

  it.each([
    ['of versionId', { versionId: '1' }, ''],
    [
      'of all three and their siblings',
      { versionId: '1', lastUpdated: 'x', source: 'y', _source: { id: 'z' } },
      '',
    ],
    ['of none', {}, ''],
    ['with a tag', { versionId: '1', tag: [] }, '"meta":{"tag":[]},'],
    ['that is no object', 'odd', '"meta":"odd",'],
    ['that is an array', [{ versionId: '1' }], '"meta":[{"versionId":"1"}],'],
  ])('treats a meta %s', (_, meta, left) => {
    expect(exactOf(patient({ meta }))).toBe(`{${left}"resourceType":"Patient"}`);
  });

  it('keeps meta and bookkeeping names anywhere but at the root', () => {
    const contained = patient({
      contained: [patient({ meta: { versionId: '1' } })],
      versionId: '2',
      x: { meta: { source: 's' } },
    });
    expect(exactOf(contained)).toBe(
      '{"contained":[{"meta":{"versionId":"1"},"resourceType":"Patient"}],"resourceType":"Patient","versionId":"2","x":{"meta":{"source":"s"}}}',
    );
  });

  it('strips the signature of a presigned url, at any depth, and of nothing that is not called url', () => {
    const signed = 'https://h/k?a=1&Signature=s&Key-Pair-Id=K&Expires=9';
    const view = exactOf(
      patient({
        url: signed,
        photo: [{ url: signed, title: signed }, { url: [signed] }, { url: 5 }, { url: null }],
      }),
    );
    expect(view).toBe(
      `{"photo":[{"title":"${signed}","url":"https://h/k?a=1"},{"url":["${signed}"]},{"url":5},{"url":null}],` +
        '"resourceType":"Patient","url":"https://h/k?a=1"}',
    );
  });

  it('finds names and values however they are escaped', () => {
    const text = String.raw`{"resourceType":"P","\u006deta":{"\u0073ource":"x"},"u\u0072l":"https:\/\/h\/é?Signature=s&Key-Pair-Id=\u0041"}`;
    expect(exactOf(text)).toBe('{"resourceType":"P","url":"https://h/é"}');
  });
});

describe('the portable view', () => {
  it('keeps what survives being copied', () => {
    expect(portableOf(ORIGINAL, BASE)).toBe(
      '{"meta":{"security":[{"code":"R"}]},"resourceType":"Observation","subject":{"reference":"Patient/p1"},' +
        '"valueQuantity":{"unit":"mg","value":1.5}}',
    );
  });

  it('survives another id, meta, narrative, layout, spelling of numbers, and the base of another server', () => {
    const copy = `{"valueQuantity":{"unit":"m\\u0067","value":15E-1},"text":{"status":"empty"},
      "meta":{"versionId":"1","security":[{"code":"R"}]},"subject":{"reference":"Patient/p1"},
      "_id":{"extension":[]},"id":"copy-7","resourceType":"Observation"}`;
    expect(portableOf(copy, BASE)).toBe(portableOf(ORIGINAL, BASE));
    expect(exactOf(copy)).not.toBe(exactOf(ORIGINAL));
  });

  it.each([
    ['a value', '1.50', '1.51'],
    ['a unit', '"mg"', '"ug"'],
    ['a security label', '"R"', '"V"'],
    ['a subject', 'Patient/p1', 'Patient/p2'],
    ['another server', BASE, 'https://fhir.example.com/r4'],
    ['a type', '"Observation"', '"Condition"'],
  ])('does not survive %s', (_, from, to) => {
    expect(portableOf(ORIGINAL.replace(from, to), BASE)).not.toBe(portableOf(ORIGINAL, BASE));
  });

  it('drops a meta without security', () => {
    expect(portableOf(patient({ meta: { tag: [], profile: [] } }))).toBe('{"resourceType":"Patient"}');
    expect(portableOf(patient({ meta: 'odd' }))).toBe('{"resourceType":"Patient"}');
  });

  it('drops id and text at the root alone', () => {
    expect(portableOf(patient({ id: 'a', text: {}, contained: [{ id: 'c', text: 'x' }] }))).toBe(
      '{"contained":[{"id":"c","text":"x"}],"resourceType":"Patient"}',
    );
  });

  it.each([
    [`${BASE}/Patient/1`, 'Patient/1'],
    [`${BASE}/Patient/1/_history/2`, 'Patient/1/_history/2'],
    [`${BASE}/`, ''],
    [BASE, BASE],
    [`${BASE}x/Patient/1`, `${BASE}x/Patient/1`],
    ['https://other.example.org/Patient/1', 'https://other.example.org/Patient/1'],
    ['Patient/1', 'Patient/1'],
    ['#contained', '#contained'],
    ['urn:uuid:7c0ad0f0-4f3c-4c43-9d45-8c8d9f7b1e55', 'urn:uuid:7c0ad0f0-4f3c-4c43-9d45-8c8d9f7b1e55'],
  ])('makes the reference %s into %s', (reference, relative) => {
    const resource = patient({ link: [{ other: { reference } }], reference, other: reference });
    expect(JSON.parse(portableOf(resource, BASE))).toEqual({
      resourceType: 'Patient',
      link: [{ other: { reference: relative } }],
      reference: relative,
      other: reference,
    });
    expect(JSON.parse(portableOf(resource))).toMatchObject({ reference });
  });

  it('is a fixed point of itself', () => {
    const once = portableOf(ORIGINAL, BASE);
    expect(portableOf(once, BASE)).toBe(once);
    expect(exactOf(exactOf(ORIGINAL))).toBe(exactOf(ORIGINAL));
    expect(portableOf(exactOf(ORIGINAL), BASE)).toBe(once);
  });
});

describe('one parse', () => {
  it('serves every view in any order, and stays as it was received', () => {
    const resource = parsed(ORIGINAL);
    const [exact, portable] = [exactOf(ORIGINAL), portableOf(ORIGINAL, BASE)];
    expect(portableView(resource, BASE)).toBe(portable);
    expect(exactView(resource)).toBe(exact);
    const digests = viewDigests(resource, BASE);
    expect(toHex(digests.exact)).toBe(toHex(sha256(exact)));
    expect(toHex(digests.portable)).toBe(toHex(sha256(portable)));
    expect(portableView(resource)).toBe(portableOf(ORIGINAL));
    expect(exactView(resource)).toBe(exact);
    expect(resource.root.get('id')).toBe('"o1"');
    expect(resource).toMatchObject({
      type: 'Observation',
      id: 'o1',
      versionId: '3',
      lastUpdated: '2026-01-02T03:04:05Z',
    });
  });

  it('outlives later parses', () => {
    const resource = parsed(ORIGINAL);
    parsed(patient({ a: 'x'.repeat(10_000) }));
    expect(exactView(resource)).toBe(exactOf(ORIGINAL));
  });

  it.each([
    '[]',
    '"Patient"',
    '1',
    'null',
    '{}',
    '{"resourceType":1}',
    '{"resourceType":"patient"}',
    '{"resourceType":""}',
    '{"resourceType":["Patient"]}',
    '{"a":{"resourceType":"Patient"}}',
  ])('of what is no resource is refused: %s', (text) => {
    expect(() => parseResource(text)).toThrow(
      expect.objectContaining({ code: 'RESOURCE.NOT_A_RESOURCE' }) as Error,
    );
  });
});

describe('referenced bases', () => {
  it('are those that some reference begins with, in the order given', () => {
    const resource = parsed(
      patient({ a: { reference: `${BASE}/Patient/1` }, b: [{ reference: 'http://b/X/1' }], c: 'http://c/X' }),
    );
    expect(referencedBases(resource, ['http://c', 'http://b', 'http://d', BASE, `${BASE}/Pat`])).toEqual([
      'http://b',
      BASE,
    ]);
    expect(referencedBases(parsed(patient({})), [BASE])).toEqual([]);
  });
});

import {
  blindView,
  commitmentOf,
  describeDeletion,
  describeVersion,
  elementLeaves,
  elementTree,
  exactElements,
  exactView,
  formatStatement,
  hmacSha256,
  parseResource,
  parseStatement,
  portableView,
  sha256,
  toHex,
  canonicalise,
} from '#core';

const BASE = 'https://fhir.example.org/r4';
const SALT = Uint8Array.from({ length: 32 }, (_, at) => at);
const TEXT = `{"resourceType":"Patient","id":"p1","meta":{"versionId":"7","lastUpdated":"2026-01-02T03:04:05.678+01:00"},
  "birthDate":"1970-01-01","_birthDate":{"extension":[{"url":"u","valueDecimal":1.00}]},
  "managingOrganization":{"reference":"${BASE}/Organization/1"}}`;
const common = {
  source: BASE,
  fhirVersion: '4.0.1',
  observed: new Date('2026-01-02T03:04:06.000Z'),
  recordSalt: SALT,
};
const described = (text = TEXT, recordSalt = SALT) =>
  describeVersion({ ...common, recordSalt, resource: parseResource(text), interaction: 'update' });
const deleted = (members: object = {}) =>
  describeDeletion({ ...common, type: 'Patient', id: 'p1', version: '8', ...members });

describe('a described version', () => {
  const resource = parseResource(TEXT);

  it('agrees with its views, elements and salts taken one by one', () => {
    const { statement, commitment, views, elements } = described();
    const exact = sha256(exactView(resource));
    const portable = sha256(portableView(resource, BASE));
    const leaves = elementLeaves(exactElements(resource), SALT);
    expect(statement).toEqual({
      attestry: 1,
      source: BASE,
      fhirVersion: '4.0.1',
      type: 'Patient',
      id: 'p1',
      version: '7',
      interaction: 'update',
      lastUpdated: '2026-01-02T03:04:05.678+01:00',
      observed: '2026-01-02T03:04:06.000Z',
      exact: toHex(hmacSha256(hmacSha256(SALT, 'view:exact'), exact)),
      portable: toHex(hmacSha256(hmacSha256(SALT, 'view:portable'), portable)),
      elements: elementTree(leaves),
      salt: toHex(hmacSha256(SALT, 'statement')),
    });
    expect(toHex(views.exact)).toBe(toHex(exact));
    expect(toHex(views.portable)).toBe(toHex(portable));
    expect(statement.exact).toBe(blindView(SALT, 'exact', exact));
    expect(elements).toEqual(leaves);
    expect(toHex(commitment)).toBe(
      toHex(sha256(`attestry/statement/v1\n${canonicalise(JSON.stringify(statement))}`)),
    );
  });

  it('hides the same resource under another salt, everywhere', () => {
    const one = described();
    const other = described(TEXT, SALT.toReversed());
    for (const name of ['exact', 'portable', 'salt'] as const)
      expect(one.statement[name]).not.toBe(other.statement[name]);
    expect(one.statement.elements!.root).not.toBe(other.statement.elements!.root);
    expect(toHex(one.commitment)).not.toBe(toHex(other.commitment));
    expect(toHex(one.views.exact)).toBe(toHex(other.views.exact));
    const leaves = new Set(one.elements.map(({ leaf }) => toHex(leaf)));
    expect(other.elements.some(({ leaf }) => leaves.has(toHex(leaf)))).toBe(false);
  });

  it('never repeats a view digest or its record salt', () => {
    const { statement, views } = described();
    const text = formatStatement(statement);
    for (const secret of [views.exact, views.portable, SALT]) expect(text).not.toContain(toHex(secret));
  });

  it.each(['"id":"p1",', '"versionId":"7",'])('needs %s', (member) => {
    expect(() => described(TEXT.replace(member, ''))).toThrow(
      expect.objectContaining({ code: 'RESOURCE.NOT_A_RESOURCE' }) as Error,
    );
  });

  it('may lack lastUpdated', () => {
    const { statement } = described(TEXT.replace(/"lastUpdated":"[^"]*"/, '"tag":[]'));
    expect(statement).not.toHaveProperty('lastUpdated');
  });

  it('takes 32 bytes of salt and nothing else', () => {
    expect(() => described(TEXT, SALT.subarray(1))).toThrow(
      expect.objectContaining({ code: 'STATEMENT.INVALID' }) as Error,
    );
  });
});

describe('a described deletion', () => {
  it('has neither views nor elements', () => {
    const { statement, views, elements, commitment } = deleted({ lastUpdated: '2026-01-03T00:00:00Z' });
    expect(statement).toEqual({
      attestry: 1,
      source: BASE,
      fhirVersion: '4.0.1',
      type: 'Patient',
      id: 'p1',
      version: '8',
      interaction: 'delete',
      lastUpdated: '2026-01-03T00:00:00Z',
      observed: '2026-01-02T03:04:06.000Z',
      salt: toHex(hmacSha256(SALT, 'statement')),
    });
    expect([views, elements]).toEqual([undefined, []]);
    expect(toHex(commitment)).toBe(toHex(commitmentOf(parseStatement(formatStatement(statement)))));
    expect(deleted().statement).not.toHaveProperty('lastUpdated');
  });
});

describe('a statement', () => {
  const { statement } = described();

  it('survives text in any layout', () => {
    const text = JSON.stringify(Object.fromEntries(Object.entries(statement).toReversed()), null, 2);
    expect(parseStatement(text)).toEqual(statement);
    expect(formatStatement(parseStatement(text))).toBe(canonicalise(text));
  });

  it.each([
    ['no object', () => [statement]],
    ['another version', () => ({ ...statement, attestry: 2 })],
    ['a member it does not know', () => ({ ...statement, comment: 'x' })],
    ['no source', () => ({ ...statement, source: undefined })],
    ['a trailing slash', () => ({ ...statement, source: `${BASE}/` })],
    ['a source that is no web URL', () => ({ ...statement, source: 'urn:x' })],
    ['an empty id', () => ({ ...statement, id: '' })],
    ['a number for a version', () => ({ ...statement, version: 7 })],
    ['an unknown interaction', () => ({ ...statement, interaction: 'patch' })],
    ['a local time', () => ({ ...statement, observed: '2026-01-02T03:04:06.000+01:00' })],
    ['a digest in capitals', () => ({ ...statement, exact: statement.exact!.toUpperCase() })],
    ['a short salt', () => ({ ...statement, salt: statement.salt.slice(2) })],
    ['no elements', () => ({ ...statement, elements: undefined })],
    ['elements without a root', () => ({ ...statement, elements: { count: 1 } })],
    ['elements with something else', () => ({ ...statement, elements: { ...statement.elements, x: 1 } })],
    ['no elements to count', () => ({ ...statement, elements: { ...statement.elements, count: 0 } })],
    ['half an element', () => ({ ...statement, elements: { ...statement.elements, count: 1.5 } })],
    ['no portable view', () => ({ ...statement, portable: undefined })],
    ['a delete with views', () => ({ ...statement, interaction: 'delete' })],
    ['a delete with elements', () => ({ ...deleted().statement, elements: statement.elements })],
  ])('with %s is refused', (_, document) => {
    expect(() => parseStatement(JSON.stringify(document()))).toThrow(
      expect.objectContaining({ code: 'STATEMENT.INVALID' }) as Error,
    );
  });

  it.each([
    ['source', 'https://fhir.example.org/r4/'],
    ['fhirVersion', 'R4'],
    ['observed', '2026-01-02'],
    ['source', 'https://fhir.example.org/\ud800'],
  ])('is not made with %s %j', (name, value) => {
    expect(() => deleted({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'STATEMENT.INVALID' }) as Error,
    );
  });
});

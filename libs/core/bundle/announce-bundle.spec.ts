import { announceResource, bundleOfNamed, parseResource, type Change, type OpeningRule } from '#core';

const BASE = 'https://fhir.example.org/r4';
const changesOf = (bundle: object, copies: OpeningRule['copies'] = 'named'): readonly Change[] =>
  announceResource(parseResource(JSON.stringify({ resourceType: 'Bundle', ...bundle })), {
    base: BASE,
    copies,
  }).changes;
const namesOf = (changes: readonly Change[]): string[] =>
  changes.map((change) => {
    if (change.kind === 'unreadable') return change.code;
    const { type, id } = change.kind === 'content' ? change.resource : change;
    return `${change.kind} ${type}/${id ?? ''}`;
  });
const held = (id: string, meta: object = { versionId: '1' }) => ({ resourceType: 'Patient', id, meta });

describe('a Bundle of what a server holds', () => {
  it.each(['history', 'searchset', 'subscription-notification'])(
    '%s: is taken whatever the server calls itself',
    (type) => {
      const entry = [
        { fullUrl: `${BASE}/Patient/1`, resource: held('1') },
        { fullUrl: 'http://internal:8080/fhir/Patient/2', resource: held('2') },
        { resource: held('3', {}) },
        { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
      ];
      expect(namesOf(changesOf({ type, entry, id: 'answer-1' }))).toEqual([
        'content Patient/1',
        'content Patient/2',
        'content Patient/3',
      ]);
    },
  );

  it.each([
    ['POST', '201', 'create'],
    ['PUT', '201', 'create'],
    ['PUT', '200', 'update'],
    ['GET', '200', undefined],
  ])('tells by %s and %s that it was: %s', (method, status, interaction) => {
    const entry = [{ resource: held('1'), request: { method, url: 'Patient/1' }, response: { status } }];
    expect(changesOf({ type: 'history', entry })).toMatchObject([{ kind: 'content', interaction }]);
  });
});

describe('a Bundle of anybody', () => {
  it.each(['batch', 'transaction', 'collection', 'document', 'message'])(
    '%s: only what may be of this source is taken',
    (type) => {
      const entry = [
        { fullUrl: `${BASE}/Patient/1`, resource: held('1') },
        { fullUrl: 'urn:uuid:6e1b6a9c-0b4f-4e52-9b8e-0b4f4e529b8e', resource: held('2') },
        { fullUrl: 'http://other.example.org/fhir/Patient/3', resource: held('3') },
        { resource: held('4') },
        { resource: { resourceType: 'Patient' } },
        { resource: held('5'), request: { method: 'POST', url: 'Patient' } },
        { request: { method: 'GET', url: 'Patient/6' } },
        { request: { method: 'DELETE', url: 'Patient/7' } },
      ];
      expect(namesOf(changesOf({ type, entry }))).toEqual([
        'content Patient/1',
        'content Patient/4',
        'named Patient/7',
      ]);
    },
  );
});

describe('a Bundle that is itself stored', () => {
  const bundle = {
    type: 'document',
    id: 'doc',
    meta: { versionId: '3' },
    entry: [
      { fullUrl: `${BASE}/Patient/1`, resource: held('1') },
      { fullUrl: `${BASE}/Patient/2`, resource: held('2', {}) },
      { fullUrl: 'urn:uuid:1', resource: held('3') },
      { resource: { id: 'broken' } },
    ],
  };

  it('is a version of its own, and its parts are copies, of which the source holds the originals', () => {
    expect(namesOf(changesOf(bundle))).toEqual(['content Bundle/doc', 'named Patient/1']);
    expect(changesOf(bundle)[1]).toMatchObject({ version: '1' });
  });

  it('in a file is all there is', () => {
    expect(namesOf(changesOf(bundle, 'content'))).toEqual(['content Bundle/doc', 'content Patient/1']);
  });

  it('is found in the answer to a search too', () => {
    const entry = [{ resource: { resourceType: 'Bundle', ...bundle } }, { resource: held('9') }];
    expect(namesOf(changesOf({ type: 'searchset', entry }))).toEqual([
      'content Bundle/doc',
      'named Patient/1',
      'content Patient/9',
    ]);
  });
});

it.each([
  { type: 'Patient', id: '1', version: undefined, interaction: 'delete' },
  { type: 'Patient', id: '1', version: '3', interaction: 'create' },
  { type: 'Patient', id: '1', version: '3', interaction: 'update' },
] as const)('a change by name is kept as a Bundle that names it: %j', (named) => {
  const bundle = parseResource(bundleOfNamed(named));
  expect(announceResource(bundle, { base: BASE, copies: 'named' }).changes).toEqual([
    { kind: 'named', ...named },
  ]);
});

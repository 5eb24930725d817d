import { DEFAULT_JSON_LIMITS } from '#core';
import type { Announcement, NotificationHint } from '#ports';
import { aSource } from '../../../test/support/a-source.js';
import { RestHookChannel } from './rest-hook.channel.js';

const channel = new RestHookChannel(DEFAULT_JSON_LIMITS);
const SOURCE = aSource('https://fhir.example.org/r4');
const read = (hint: NotificationHint, body: object | '' = ''): Announcement =>
  channel.read({ hint, body: Buffer.from(body === '' ? '' : JSON.stringify(body)) }, SOURCE);

const bundle = (more: object) => ({
  resourceType: 'Bundle',
  id: 'b',
  type: 'collection',
  entry: [{ resource: { resourceType: 'Patient', id: '1', meta: { versionId: '1' } } }],
  ...more,
});

describe('a rest-hook delivery', () => {
  it('that is empty names nothing', () => {
    expect(read({})).toEqual({ changes: [], unspecified: true, notice: undefined });
  });

  it.each([
    ['a deletion', { deleted: 'Patient/1', interaction: 'delete' }, 'delete'],
    ['a resource put without its content', { named: 'Patient/1' }, undefined],
  ] as const)('of %s names it', (_what, hint, interaction) => {
    expect(read(hint).changes).toEqual([
      { kind: 'named', type: 'Patient', id: '1', version: undefined, interaction },
    ]);
  });

  it('of a deletion says nothing by its body', () => {
    const body = { resourceType: 'Patient', id: '2', meta: { versionId: '9' } };
    expect(read({ deleted: 'Patient/1' }, body).changes).toMatchObject([{ kind: 'named', id: '1' }]);
  });

  it('of a Bundle put at its own URL is of that Bundle, and opens the version that it says it is', () => {
    const kinds = (body: object): string[] =>
      read({ named: 'Bundle/b' }, body).changes.map(({ kind }) => kind);
    expect(kinds(bundle({}))).toEqual(['content']);
    expect(kinds(bundle({ meta: { versionId: '1' } }))).toEqual(['content', 'named']);
  });

  it('of a Bundle that is posted without a version only opens it', () => {
    expect(read({}, bundle({})).changes).toMatchObject([{ kind: 'content', resource: { type: 'Patient' } }]);
  });
});

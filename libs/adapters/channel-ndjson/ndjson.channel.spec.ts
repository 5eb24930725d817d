import { DEFAULT_JSON_LIMITS } from '#core';
import { aSource } from '../../../test/support/a-source.js';
import { NdjsonChannel } from './index.js';

const SOURCE = aSource('https://fhir.example.org/r4');
const channel = new NdjsonChannel('import', DEFAULT_JSON_LIMITS);
const read = (text: string) =>
  channel.read({ hint: { via: 'import' }, body: Buffer.from(text) }, SOURCE).changes;
const patient = (id: string): string => `{"resourceType":"Patient","id":"${id}","meta":{"versionId":"1"}}`;

describe('NdjsonChannel', () => {
  it('reads resources and Bundles line by line, whatever ends the lines', () => {
    const bundle = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${patient('c')}}]}`;
    const changes = read(`${patient('a')}\r\n\n${bundle}\n \n${patient('b')}`);
    expect(changes.map((change) => change.kind === 'content' && change.resource.id)).toEqual(['a', 'c', 'b']);
  });

  it('keeps a bad line by itself, with its reason', () => {
    const bad = '{"resourceType":"Patient","id":"x","id":"y"}';
    expect(read(`${patient('a')}\n${bad}\n[]\n${patient('b')}\n`)).toMatchObject([
      { kind: 'content' },
      { kind: 'unreadable', code: 'CANONICAL.DUPLICATE_MEMBER', body: Buffer.from(bad) },
      { kind: 'unreadable', code: 'RESOURCE.NOT_A_RESOURCE' },
      { kind: 'content' },
    ]);
  });

  it('refuses a bad line that came alone, so that trying it again makes no second one of it', () => {
    expect(() => read('{"a":1\n')).toThrow(expect.objectContaining({ code: 'CANONICAL.SYNTAX' }) as Error);
  });
});

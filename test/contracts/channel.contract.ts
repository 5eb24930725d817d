import { CoreError, exactView } from '#core';
import { PortError, type Announcement, type Channel, type Change, type NotificationContent } from '#ports';
import { aSource } from '../support/a-source.js';

export interface ChannelUnderTest {
  readonly channel: Channel;
  /** A delivery of the channel with the given entries, each the JSON of a Bundle's entry. */
  readonly delivery: (entries: readonly string[]) => NotificationContent;
}

const BASE = 'https://fhir.example.org/r4';
const SOURCE = aSource(BASE);

/** An entry of a history, of version `version` of an Observation. */
const entryOf = (id: string, version: number, more = '"status":"final"'): string =>
  `{"fullUrl":"${BASE}/Observation/${id}","resource":{"resourceType":"Observation","id":"${id}",` +
  `"meta":{"versionId":"${version}"},${more}},"request":{"method":"PUT","url":"Observation/${id}"},` +
  `"response":{"status":"200","etag":"W/\\"${version}\\""}}`;

/** Every reader of deliveries does this, whatever its channel. */
export function channelContract(what: string, { channel, delivery }: ChannelUnderTest): void {
  describe(`channel ${channel.via}: ${what}`, () => {
    const read = (entries: readonly string[]): Announcement => channel.read(delivery(entries), SOURCE);
    const changesOf = (...entries: string[]): readonly Change[] => read(entries).changes;

    it('names every change, in the order of the delivery', () => {
      const changes = changesOf(entryOf('a', 1), entryOf('b', 7), entryOf('a', 2));
      expect(changes.map(nameOf)).toEqual(['Observation/a/1', 'Observation/b/7', 'Observation/a/2']);
      expect(read([entryOf('a', 1)]).unspecified).toBe(false);
    });

    it('keeps numbers, nulls and siblings to the letter', () => {
      const content =
        '"contained":[{"resourceType":"Patient","id":"p","birthDate":"1970-01-01","_birthDate":{"id":"x"}}],' +
        '"_note":[null,{"id":"n"}],"note":[{"text":"ü \\u0041 \\/"},null],"subject":{"reference":"#p"},' +
        '"valueQuantity":{"value":1.00},"x":[66.899999999999991,9007199254740993,1E2,-0.0]';
      const [change] = changesOf(entryOf('n', 1, content));
      expect(change?.kind === 'content' && exactView(change.resource)).toBe(
        '{"_note":[null,{"id":"n"}],"contained":[{"_birthDate":{"id":"x"},"birthDate":"1970-01-01","id":"p",' +
          '"resourceType":"Patient"}],"id":"n","note":[{"text":"ü A /"},null],"resourceType":"Observation",' +
          '"subject":{"reference":"#p"},"valueQuantity":{"value":1.00},"x":[66.899999999999991,9007199254740993,1E2,-0.0]}',
      );
    });

    it.each([
      ['an entry that is no object', '5'],
      ['a resource that is none', `{"fullUrl":"${BASE}/Observation/x","resource":{"id":"x"}}`],
      ['a resource without an id', '{"resource":{"resourceType":"Observation"}}'],
      ['a deletion of nothing', '{"request":{"method":"DELETE","url":"Observation?code=1"}}'],
    ])('keeps %s as a part that can be read again, and loses none of the others', (_what, broken) => {
      const changes = changesOf(entryOf('a', 1), broken, entryOf('b', 1));
      expect(changes.map(({ kind }) => kind)).toEqual(['content', 'unreadable', 'content']);
      const [, part] = changes;
      if (part?.kind !== 'unreadable') throw new Error('expected a part');
      expect(part.code).toMatch(/^[A-Z]+\.[A-Z_]+$/);
      const again = channel.read({ hint: { via: channel.via }, body: part.body }, SOURCE);
      expect(again.changes).toMatchObject([{ kind: 'unreadable', code: part.code }]);
    });

    it.each([
      [
        'with its version, of HAPI',
        `{"fullUrl":"${BASE}/Observation/d","request":{"method":"DELETE","url":"${BASE}/Observation/d/_history/2"}}`,
      ],
      [
        'with its version, of Medplum',
        `{"fullUrl":"${BASE}/Observation/d","request":{"method":"GET","url":"Observation/d/_history/2"},` +
          `"response":{"status":"410"}}`,
      ],
      [
        'with its entity tag',
        `{"request":{"method":"DELETE","url":"Observation/d"},"response":{"status":"204","etag":"W/\\"2\\""}}`,
      ],
    ])('tells of a deletion %s', (_what, entry) => {
      expect(changesOf(entry)).toMatchObject([
        { kind: 'deletion', type: 'Observation', id: 'd', version: '2' },
      ]);
    });

    it('has what names no version read at the source', () => {
      const named = { kind: 'named', type: 'Observation', id: 'd', version: undefined };
      expect(changesOf('{"request":{"method":"DELETE","url":"Observation/d"}}')).toEqual([
        { ...named, interaction: 'delete' },
      ]);
      expect(changesOf('{"request":{"method":"PUT","url":"Observation/d"}}')).toEqual([
        { ...named, interaction: 'update' },
      ]);
    });

    it('opens ten thousand entries', () => {
      const entries = Array.from({ length: 10_000 }, (_, at) => entryOf(`e${at}`, 1));
      expect(channel.read(delivery(entries), SOURCE).changes).toHaveLength(10_000);
    });

    it.each([
      '{',
      '[]',
      '5',
      '{}',
      '\ufeff{}',
      '{"resourceType":"Bundle","entry":{}}',
      '{"resourceType":"Bundle","entry":"x"}',
      '['.repeat(300),
      '{"resourceType":"Bundle","resourceType":"Bundle"}',
    ])('refuses %s with a code', (body) => {
      const hostile = { hint: { via: channel.via }, body: Buffer.from(body) };
      const refused = thrownBy(() => channel.read(hostile, SOURCE));
      expect(refused instanceof CoreError || refused instanceof PortError).toBe(true);
    });
  });
}

function nameOf(change: Change): string {
  if (change.kind === 'unreadable') return change.code;
  if (change.kind !== 'content') return `${change.type}/${change.id}/${change.version ?? ''}`;
  const { type, id = '', versionId = '' } = change.resource;
  return `${type}/${id}/${versionId}`;
}

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

import { randomBytes } from 'node:crypto';
import type { DigestMatch, NewRecordVersion, RecordSummary, Source } from '#ports';
import type { VersionSketch } from '../support/record-versions.js';
import { declareSource, recordSketches, sequence } from './store-steps.js';
import type { Stores } from './store-steps.js';

export function recordStoreContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });

  const recorded = async (...sketches: Omit<VersionSketch, 'sourceId'>[]): Promise<NewRecordVersion[]> =>
    recordSketches(
      stores(),
      sketches.map((sketch) => ({ sourceId: source.id, ...sketch })),
    );
  const versionsOf = async (id: string): Promise<readonly RecordSummary[]> =>
    stores().records.versions({ type: 'Patient', id, limit: 10 });
  const match = async (
    exact: Uint8Array,
    portable: readonly Uint8Array[] = [randomBytes(32)],
    id?: string,
    type = 'Patient',
  ): Promise<DigestMatch | undefined> => (await stores().records.match([{ exact, portable, type, id }]))[0];
  const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;

  describe('versions', () => {
    it('tells everything of a version but its content', async () => {
      await recorded({ id: 'p', version: 'v1', interaction: 'create', lastUpdated: at(1), observed: at(2) });
      expect(await versionsOf('p')).toEqual([
        {
          recordId: expect.any(Number) as number,
          source: { id: source.id, name: 'clinic', base: 'https://clinic.example/fhir' },
          type: 'Patient',
          id: 'p',
          version: 'v1',
          interaction: 'create',
          lastUpdated: at(1),
          observed: new Date(at(2)),
          index: undefined,
          standing: 'current',
          obtained: 'notified',
          warnings: [],
        },
      ]);
    });

    it('orders by lastUpdated, whatever came first and however it is written', async () => {
      await recorded(
        { id: 'p', version: 'b', lastUpdated: '2026-01-01T02:00:00.000002+02:00' },
        { id: 'p', version: 'd', lastUpdated: '2026-01-01T00:00:01Z' },
        { id: 'p', version: 'a', lastUpdated: '2026-01-01T00:00:00.000001Z' },
        { id: 'p', version: 'c', lastUpdated: '2025-12-31T23:00:00.500-01:00' },
      );
      const versions = await versionsOf('p');
      expect(versions.map(({ version }) => version)).toEqual(['d', 'c', 'b', 'a']);
      expect(versions.map(({ standing }) => standing)).toEqual([
        'current',
        ...Array<string>(3).fill('superseded'),
      ]);
    });

    it('orders equal times by number of version, and then by arrival', async () => {
      await recorded(
        { id: 'p', version: '10', lastUpdated: at(1) },
        { id: 'p', version: '9', lastUpdated: at(1) },
        { id: 'q', version: 'x', lastUpdated: at(1) },
      );
      await recorded({ id: 'q', version: 'a', lastUpdated: at(1) });
      const standings = async (id: string): Promise<unknown> =>
        (await versionsOf(id)).map(({ version, standing }) => [version, standing]);
      expect(await standings('p')).toEqual([
        ['10', 'current'],
        ['9', 'superseded'],
      ]);
      expect(await standings('q')).toEqual([
        ['a', 'current'],
        ['x', 'superseded'],
      ]);
    });

    it('takes the time of observation where the source wrote none', async () => {
      await recorded(
        { id: 'p', version: '1', lastUpdated: at(1) },
        { id: 'p', version: '2', interaction: 'delete', lastUpdated: undefined, observed: at(2) },
      );
      const versions = await versionsOf('p');
      expect(versions.map(({ version, standing }) => [version, standing])).toEqual([
        ['2', 'deleted'],
        ['1', 'deleted'],
      ]);
    });

    it('calls a resource current again that came back after its deletion', async () => {
      await recorded(
        { id: 'p', version: '1', lastUpdated: at(1) },
        { id: 'p', version: '2', lastUpdated: at(2), interaction: 'delete' },
        { id: 'p', version: '3', lastUpdated: at(3) },
      );
      expect((await versionsOf('p')).map(({ standing }) => standing)).toEqual([
        'current',
        'superseded',
        'superseded',
      ]);
    });

    it('keeps sources and types apart, and answers no more than asked for', async () => {
      const second = await declareSource(stores(), 'second');
      await recorded(
        { id: 'p', version: '1', lastUpdated: at(1) },
        { id: 'p', version: '2', lastUpdated: at(2) },
      );
      await recordSketches(stores(), [{ sourceId: second.id, id: 'p', version: '1', lastUpdated: at(3) }]);
      await recorded({ type: 'Group', id: 'p', version: '1' });
      const all = await versionsOf('p');
      expect(all.map(({ source, standing }) => [source.name, standing])).toEqual([
        ['second', 'current'],
        ['clinic', 'current'],
        ['clinic', 'superseded'],
      ]);
      const key = { type: 'Patient', id: 'p', source: 'clinic' };
      expect(await stores().records.versions({ ...key, limit: 10 })).toHaveLength(2);
      expect(await stores().records.versions({ ...key, limit: 1 })).toMatchObject([{ version: '2' }]);
      expect(await stores().records.versions({ ...key, source: 'third', limit: 1 })).toEqual([]);
    });
  });

  describe('open and atIndex', () => {
    it('answer all that was stored, in the order asked, and leave out what is unknown', async () => {
      const [first, second] = await recorded({ id: 'p' }, { id: 'q', interaction: 'delete' });
      const [p, q] = [(await versionsOf('p'))[0]!, (await versionsOf('q'))[0]!];
      const opened = await stores().records.open([q.recordId, 987_654, p.recordId]);
      expect(opened).toMatchObject([
        { ...q, statement: second!.statement, elements: [] },
        { ...p, statement: first!.statement },
      ]);
      expect(Buffer.from(opened[1]!.recordSalt)).toEqual(first!.recordSalt);
      expect(opened[1]!.elements.map(({ name }) => name)).toEqual(first!.elements.map(({ name }) => name));
    });

    it('find a record version by its index in the log', async () => {
      const [version] = await recorded({ id: 'p' });
      expect(await stores().records.atIndex(0)).toBeUndefined();
      await sequence(stores());
      expect(await stores().records.atIndex(0)).toMatchObject({
        index: 0,
        id: 'p',
        statement: version!.statement,
      });
      expect(await stores().records.atIndex(1)).toBeUndefined();
    });
  });

  describe('match', () => {
    it('finds a record version by either digest, exact first', async () => {
      const exact = randomBytes(32);
      const portable = randomBytes(32);
      await recorded({ id: 'p', exact, portable }, { id: 'q', exact: randomBytes(32), portable: exact });
      expect(await match(exact, [portable])).toMatchObject({ view: 'exact', record: { id: 'p' }, others: 0 });
      expect(await match(randomBytes(32), [portable])).toMatchObject({
        view: 'portable',
        record: { id: 'p' },
      });
      expect(await match(randomBytes(32))).toBeUndefined();
    });

    it('tries every portable digest of a question', async () => {
      const [version] = await recorded({ id: 'p' });
      const portable = [randomBytes(32), version!.views!.portable, randomBytes(32)];
      expect(await match(randomBytes(32), portable)).toMatchObject({ view: 'portable', record: { id: 'p' } });
    });

    it('prefers the same type and id, then what is current, then the newest', async () => {
      const exact = randomBytes(32);
      await recorded(
        { id: 'old', version: '1', exact, lastUpdated: at(1) },
        { id: 'current', version: '1', exact, lastUpdated: at(2) },
        { id: 'newest', version: '1', exact, lastUpdated: at(3) },
        { id: 'left', version: '1', exact, lastUpdated: at(4) },
        { id: 'left', version: '2', lastUpdated: at(5) },
        { type: 'Group', id: 'old', version: '1', exact, lastUpdated: at(2) },
      );
      const named = async (id?: string, type?: string): Promise<unknown> => {
        const found = await match(exact, [], id, type);
        return [found?.record.type, found?.record.id, found?.record.standing, found?.others];
      };
      expect(await named()).toEqual(['Patient', 'newest', 'current', 4]);
      expect(await named('old')).toEqual(['Patient', 'old', 'current', 4]);
      expect(await named('old', 'Group')).toEqual(['Group', 'old', 'current', 4]);
      expect(await named('left')).toEqual(['Patient', 'left', 'superseded', 4]);
      expect(await named('nobody')).toEqual(['Patient', 'newest', 'current', 4]);
    });

    it('answers the newest version where a resource went back to what it was', async () => {
      const exact = randomBytes(32);
      await recorded(
        { id: 'p', version: '1', exact, lastUpdated: at(1) },
        { id: 'p', version: '2', lastUpdated: at(2) },
        { id: 'p', version: '3', exact, lastUpdated: at(3) },
      );
      expect(await match(exact, [], 'p')).toMatchObject({
        record: { version: '3', standing: 'current' },
        others: 1,
      });
    });

    it('answers many questions in their order, each for itself', async () => {
      const versions = await recorded(...Array.from({ length: 20 }, () => ({})));
      const queries = versions.flatMap(({ views, statement }) => [
        { exact: views!.exact, portable: [], type: statement.type, id: statement.id },
        { exact: randomBytes(32), portable: [randomBytes(32)], type: 'Patient', id: undefined },
        {
          exact: randomBytes(32),
          portable: [randomBytes(32), views!.portable],
          type: 'Patient',
          id: undefined,
        },
      ]);
      const answers = await stores().records.match(queries);
      expect(answers.map((answer) => answer && [answer.view, answer.record.id])).toEqual(
        versions.flatMap(({ statement: { id } }) => [['exact', id], undefined, ['portable', id]]),
      );
      expect(await stores().records.match([])).toEqual([]);
    });

    it('tells the index once there is one', async () => {
      const [version] = await recorded({ id: 'p' });
      expect((await match(version!.views!.exact))?.record.index).toBeUndefined();
      await sequence(stores());
      expect((await match(version!.views!.exact))?.record.index).toBe(0);
    });
  });
}

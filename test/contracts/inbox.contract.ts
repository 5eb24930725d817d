import { randomBytes } from 'node:crypto';
import type { Source } from '#ports';
import { recordVersion } from '../support/record-versions.js';
import { acceptFor, declareSource, record, storedAs } from './store-steps.js';
import type { Stores } from './store-steps.js';

const PLENTY = 1_000_000;
const FUTURE = new Date(Date.now() + 3_600_000);

export function inboxContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });

  const accept = async (bodies: readonly Uint8Array[]): Promise<readonly number[]> =>
    stores().inbox.accept(bodies.map((sealedBody) => ({ sourceId: source.id, sealedBody })));
  const waiting = async (ids: readonly number[], maxBytes = PLENTY): Promise<number[]> =>
    (await stores().inbox.waiting(ids, maxBytes)).map(({ id }) => id);

  it('keeps what it accepts, byte for byte, and answers ids in the order given', async () => {
    const bodies = [
      randomBytes(10),
      Buffer.alloc(0),
      randomBytes(20_000),
      Buffer.from([0, 92, 120, 34, 255]),
    ];
    const ids = await accept(bodies);
    const items = await stores().inbox.waiting(ids, PLENTY);
    expect(items.map(({ id }) => id)).toEqual(ids);
    expect(items.map(({ sealedBody }) => Buffer.from(sealedBody))).toEqual(bodies);
    for (const item of items) {
      expect(item).toMatchObject({ sourceId: source.id, attempts: 0 });
      expect(Math.abs(Date.now() - item.receivedAt.getTime())).toBeLessThan(60_000);
    }
    expect(await accept([])).toEqual([]);
  });

  it('hands out as many bodies as fit, and always one', async () => {
    const ids = await accept([Buffer.alloc(100), Buffer.alloc(100), Buffer.alloc(100)]);
    expect(await waiting(ids, 250)).toEqual(ids.slice(0, 2));
    expect(await waiting(ids, 300)).toEqual(ids);
    expect(await waiting(ids, 1)).toEqual(ids.slice(0, 1));
    expect(await waiting([], 1)).toEqual([]);
  });

  it('stores record versions, forgets their bodies, and tells the highest record id', async () => {
    const versions = [1, 2, 3].map(() => recordVersion({ sourceId: source.id }));
    const ids = await acceptFor(stores(), versions);
    const counts = await stores().inbox.settle(versions.map((version, at) => storedAs(ids[at]!, version)));
    expect(counts).toMatchObject({ stored: 3, duplicates: 0, conflicts: 0, deferred: 0, dead: 0 });
    expect(await waiting(ids)).toEqual([]);
    expect(await stores().inbox.facts()).toEqual({ waiting: 0, dead: 0, oldestWaiting: undefined });
    const [last] = await stores().records.open([counts.lastRecordId!]);
    expect(versions.map(({ statement }) => statement.id)).toContain(last?.id);
    expect(await stores().records.open([counts.lastRecordId! + 1])).toEqual([]);
  });

  it('counts what is known already, and what is known with other content, and overwrites nothing', async () => {
    const first = recordVersion({ sourceId: source.id, id: 'p', version: '1' });
    const same = { ...first, commitment: randomBytes(32) };
    const other = recordVersion({ sourceId: source.id, id: 'p', version: '1' });
    const deletion = recordVersion({ sourceId: source.id, id: 'p', version: '1', interaction: 'delete' });
    expect(await record(stores(), [first])).toMatchObject({ stored: 1, duplicates: 0, conflicts: 0 });
    expect(await record(stores(), [same, other, deletion])).toEqual({
      stored: 1,
      duplicates: 1,
      conflicts: 1,
      deferred: 0,
      dead: 0,
      lastRecordId: expect.any(Number) as number,
    });
    // Some servers give a deletion the version of what it deleted.
    const [, summary] = await stores().records.versions({ type: 'Patient', id: 'p', limit: 10 });
    const [kept] = await stores().records.open([summary!.recordId]);
    expect(kept?.statement).toEqual(first.statement);
    expect(await stores().log.facts()).toMatchObject({ pending: 2 });
  });

  it('sees duplicates and conflicts within one batch, the first one winning', async () => {
    const first = recordVersion({ sourceId: source.id, id: 'p', version: '1' });
    const other = recordVersion({ sourceId: source.id, id: 'p', version: '1' });
    const next = recordVersion({ sourceId: source.id, id: 'p', version: '2' });
    expect(await record(stores(), [first, first, other, next])).toMatchObject({
      stored: 2,
      duplicates: 1,
      conflicts: 1,
    });
    const kept = await stores().records.versions({ type: 'Patient', id: 'p', limit: 10 });
    expect(kept.map(({ version }) => version)).toEqual(['2', '1']);
  });

  it('tells the same resource at two sources apart', async () => {
    const second = await declareSource(stores(), 'second');
    const versions = [source, second].map(({ id }) => recordVersion({ sourceId: id, id: 'p', version: '1' }));
    expect(await record(stores(), versions)).toMatchObject({ stored: 2, duplicates: 0, conflicts: 0 });
  });

  it('defers an item until it is due, and counts its attempts', async () => {
    const [id] = await accept([randomBytes(8)]);
    const defer = async (notBefore: Date): Promise<unknown> =>
      stores().inbox.settle([{ itemId: id!, outcome: 'deferred', code: 'SOURCE.UNAVAILABLE', notBefore }]);
    expect(await defer(FUTURE)).toMatchObject({ deferred: 1, stored: 0 });
    expect(await waiting([id!])).toEqual([]);
    expect(await stores().inbox.overdue(FUTURE, 10)).toEqual([]);
    expect(await stores().inbox.facts()).toMatchObject({ waiting: 1 });
    await defer(new Date(Date.now() - 1_000));
    expect(await stores().inbox.waiting([id!], PLENTY)).toMatchObject([{ id, attempts: 2 }]);
    expect(await stores().inbox.overdue(FUTURE, 10)).toEqual([id]);
  });

  it('keeps what is dead, and never hands it out again', async () => {
    const [id] = await accept([randomBytes(8)]);
    const bury = { itemId: id!, outcome: 'dead', code: 'RESOURCE.NOT_A_RESOURCE' } as const;
    expect(await stores().inbox.settle([bury])).toMatchObject({ dead: 1 });
    expect(await waiting([id!])).toEqual([]);
    expect(await stores().inbox.overdue(FUTURE, 10)).toEqual([]);
    expect(await stores().inbox.facts()).toEqual({ waiting: 0, dead: 1, oldestWaiting: undefined });
  });

  it('changes nothing when an item is settled twice', async () => {
    const version = recordVersion({ sourceId: source.id });
    const [first, second] = await accept([randomBytes(8), randomBytes(8)]);
    const nothing = { stored: 0, duplicates: 0, conflicts: 0, deferred: 0, dead: 0, lastRecordId: undefined };
    await stores().inbox.settle([storedAs(first!, version)]);
    expect(await stores().inbox.settle([storedAs(first!, recordVersion({ sourceId: source.id }))])).toEqual(
      nothing,
    );
    await stores().inbox.settle([{ itemId: second!, outcome: 'dead', code: 'X' }]);
    expect(await stores().inbox.settle([storedAs(second!, version)])).toEqual(nothing);
    expect(await stores().log.facts()).toMatchObject({ pending: 1 });
    expect(await stores().inbox.settle([])).toEqual(nothing);
  });

  it('settles a batch of every outcome at once', async () => {
    const ids = await accept([1, 2, 3].map(() => randomBytes(8)));
    const counts = await stores().inbox.settle([
      storedAs(ids[0]!, recordVersion({ sourceId: source.id })),
      { itemId: ids[1]!, outcome: 'deferred', code: 'SOURCE.UNAVAILABLE', notBefore: FUTURE },
      { itemId: ids[2]!, outcome: 'dead', code: 'X' },
    ]);
    expect(counts).toMatchObject({ stored: 1, deferred: 1, dead: 1 });
    expect(await stores().inbox.facts()).toMatchObject({ waiting: 1, dead: 1 });
  });

  it('stores what can be stored of an item that brought an unstorable name too, and keeps the item', async () => {
    const records = ['a\0b', 'fine'].map((id) => recordVersion({ sourceId: source.id, id }));
    const [itemId] = await acceptFor(stores(), [records[0]!]);
    const counts = await stores().inbox.settle([{ itemId: itemId!, outcome: 'stored', records }]);
    expect(counts).toMatchObject({ stored: 1, dead: 1 });
    expect(await stores().inbox.facts()).toMatchObject({ waiting: 0, dead: 1 });
  });

  it.each([
    ['an id with a zero character', { id: 'a\0b' }],
    ['a version that no index holds', { version: 'v'.repeat(5_000) }],
    ['a lastUpdated with a zero character', { lastUpdated: '2026\0' }],
  ])('buries %s alone, and stores the rest of its batch', async (_what, hostile) => {
    const versions = [
      recordVersion({ sourceId: source.id, ...hostile }),
      recordVersion({ sourceId: source.id }),
    ];
    expect(await record(stores(), versions)).toMatchObject({ stored: 1, dead: 1 });
  });

  it('stores names of elements and times that PostgreSQL has no type for', async () => {
    const versions = [
      { elementNames: ['a\0b', 'ü', '"\\', '\ud800', '\u{1F600}'] },
      { lastUpdated: '0000-01-01T00:00:00Z' },
      { lastUpdated: '9999-12-31T23:59:59.999999999Z' },
      { lastUpdated: '2026-01-01T00:00:00+23:59' },
      { lastUpdated: 'yesterday' },
      { lastUpdated: undefined },
      { version: '123456789012345678' },
      { version: '99999999999999999999' },
    ].map((sketch) => recordVersion({ sourceId: source.id, ...sketch }));
    expect(await record(stores(), versions)).toMatchObject({ stored: versions.length, dead: 0 });
    for (const { statement, elements } of versions) {
      const [summary] = await stores().records.versions({ type: 'Patient', id: statement.id, limit: 1 });
      expect(summary?.lastUpdated).toBe(statement.lastUpdated);
      const [opened] = await stores().records.open([summary!.recordId]);
      expect(opened?.elements.map(({ name }) => name)).toEqual(elements.map(({ name }) => name));
      expect(opened?.elements.map(({ leaf }) => Buffer.from(leaf))).toEqual(elements.map(({ leaf }) => leaf));
    }
  });

  it('names what waits for too long, oldest first and no more than asked for', async () => {
    const ids = [...(await accept([randomBytes(8)])), ...(await accept([randomBytes(8), randomBytes(8)]))];
    expect(await stores().inbox.overdue(new Date(Date.now() - 60_000), 10)).toEqual([]);
    expect(await stores().inbox.overdue(FUTURE, 10)).toEqual(ids);
    expect(await stores().inbox.overdue(FUTURE, 2)).toEqual(ids.slice(0, 2));
    const { waiting, oldestWaiting } = await stores().inbox.facts();
    expect(waiting).toBe(3);
    expect(Math.abs(Date.now() - oldestWaiting!.getTime())).toBeLessThan(60_000);
  });

  it('stores each version once when ten workers settle overlapping batches at once', async () => {
    const versions = Array.from({ length: 60 }, (_, at) =>
      recordVersion({ sourceId: source.id, id: `p${at % 30}`, version: String(Math.floor(at / 30)) }),
    );
    const workers = await Promise.all(
      Array.from({ length: 10 }, async (_, worker) => {
        const mine = worker % 2 === 0 ? versions : versions.toReversed();
        return { mine, ids: await acceptFor(stores(), mine) };
      }),
    );
    const counts = await Promise.all(
      workers.map(({ mine, ids }) =>
        stores().inbox.settle(mine.map((version, at) => storedAs(ids[at]!, version))),
      ),
    );
    const total = (of: 'stored' | 'duplicates' | 'conflicts'): number =>
      counts.reduce((sum, each) => sum + each[of], 0);
    expect([total('stored'), total('duplicates'), total('conflicts')]).toEqual([60, 540, 0]);
    expect(await stores().log.facts()).toMatchObject({ pending: 60 });
    expect(await stores().inbox.facts()).toMatchObject({ waiting: 0 });
  });

  it('settles each item once when two workers hold the same batch', async () => {
    const versions = Array.from({ length: 20 }, () => recordVersion({ sourceId: source.id }));
    const ids = await acceptFor(stores(), versions);
    const settlements = versions.map((version, at) => storedAs(ids[at]!, version));
    const counts = await Promise.all([
      stores().inbox.settle(settlements),
      stores().inbox.settle(settlements.toReversed()),
    ]);
    expect(counts.map(({ stored }) => stored).toSorted((a, b) => a - b)).toEqual([0, 20]);
    expect(counts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(0);
  });
}

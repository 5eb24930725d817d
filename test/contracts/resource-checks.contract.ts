import { setTimeout as delay } from 'node:timers/promises';
import type { Source } from '#ports';
import { declareSource, recordSketches, type Stores } from './store-steps.js';

const FUTURE = new Date(Date.now() + 3_600_000);
const EPOCH = new Date(0);

export function resourceChecksContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });
  const store = (...sketches: readonly { id: string; version?: string; interaction?: 'delete' }[]) =>
    recordSketches(
      stores(),
      sketches.map((sketch) => ({ sourceId: source.id, ...sketch })),
    );
  const next = async (before = FUTURE, limit = 100): Promise<string[]> =>
    (await stores().checks.next(source.id, before, limit)).map(({ id }) => id);
  const coverage = (since = EPOCH) => stores().checks.coverage(source.id, since);

  it('has nothing to check where nothing is on record', async () => {
    expect(await next()).toEqual([]);
    expect(await coverage()).toEqual({ resources: 0, checked: 0, lastCheckAt: undefined });
  });

  it('names the newest version of each resource, once, and none of another source', async () => {
    const other = await declareSource(stores(), 'other');
    await recordSketches(stores(), [{ sourceId: other.id, id: 'elsewhere' }]);
    await store({ id: 'a', version: '2' }, { id: 'a', version: '1' }, { id: 'b' });
    const found = await stores().checks.next(source.id, FUTURE, 10);
    expect(found.map(({ type, id }) => `${type}/${id}`).sort()).toEqual(['Patient/a', 'Patient/b']);
    const records = await stores().records.open(found.map(({ recordId }) => recordId));
    expect(records.map(({ id, version }) => `${id} ${version}`).sort()).toEqual(['a 2', 'b 1']);
  });

  it('gives what was never looked at first, then what was looked at longest ago', async () => {
    const { checks } = stores();
    await store({ id: 'a' }, { id: 'b' }, { id: 'c' });
    expect(await next()).toHaveLength(3);
    for (const id of ['b', 'a']) {
      await checks.checked(source.id, [{ type: 'Patient', id, recordId: 0 }]);
      await delay(5);
    }
    expect(await next()).toEqual(['c', 'b', 'a']);
    expect(await next(FUTURE, 2)).toEqual(['c', 'b']);
    expect(await next(new Date(Date.now() - 60_000))).toEqual(['c']);
    await checks.passedOver(source.id, [{ type: 'Patient', id: 'c', recordId: 0 }]);
    expect(await next()).toEqual(['b', 'a', 'c']);
  });

  it('does not watch what is deleted, and watches it again when it is back', async () => {
    await store({ id: 'a' }, { id: 'b' });
    await next();
    await store({ id: 'a', version: '2', interaction: 'delete' });
    expect(await next()).toEqual(['b']);
    expect((await coverage()).resources).toBe(1);
    await store({ id: 'a', version: '3' });
    expect(await next()).toEqual(expect.arrayContaining(['a', 'b']));
  });

  it('measures how much was compared, and not what was passed over', async () => {
    const { checks } = stores();
    await store({ id: 'a' }, { id: 'b' }, { id: 'c' });
    const found = await checks.next(source.id, FUTURE, 10);
    await checks.checked(source.id, found.slice(0, 1));
    await checks.passedOver(source.id, found.slice(1));
    const now = await coverage();
    expect(now).toMatchObject({ resources: 3, checked: 1 });
    expect(Math.abs(now.lastCheckAt!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await coverage(FUTURE)).toMatchObject({ resources: 3, checked: 0 });
  });

  it('comes across a large estate in several calls, and begins again', async () => {
    await store(...Array.from({ length: 1_500 }, (_, at) => ({ id: `p${at}` })));
    expect(await next(FUTURE, 10)).toHaveLength(10);
    expect((await coverage()).resources).toBe(1_000);
    await next(FUTURE, 1);
    expect((await coverage()).resources).toBe(1_500);
    // By name the first one of all: only another round finds it.
    await store({ id: 'a' });
    await next(FUTURE, 1);
    expect((await coverage()).resources).toBe(1_501);
  });
}

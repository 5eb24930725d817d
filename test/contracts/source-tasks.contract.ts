import { randomBytes } from 'node:crypto';
import type { Source } from '#ports';
import { recordVersion } from '../support/record-versions.js';
import { acceptFor, declareSource, sequence, type Stores } from './store-steps.js';

const LEASE_MS = 60_000;

export function sourceTasksContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });
  const lease = (leaseMs = LEASE_MS) => stores().tasks.lease(source.id, 'reconcile', leaseMs);
  const state = async () => (await stores().tasks.states({ sourceId: source.id }))[0];
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  it('gives a task to one of many that ask at once', async () => {
    const leases = await Promise.all(Array.from({ length: 10 }, () => lease()));
    expect(leases.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await state()).toMatchObject({ task: 'reconcile', running: true, position: undefined });
    expect(await stores().tasks.lease(source.id, 'drift', LEASE_MS)).toBeDefined();
  });

  it('keeps the position from one lease to the next, and gives none before it is due', async () => {
    const { tasks } = stores();
    const first = await lease();
    await tasks.advance(first!, 'one', LEASE_MS);
    await tasks.release(first!, { nextAt: inAnHour() });
    expect(await lease()).toBeUndefined();
    expect(await state()).toMatchObject({ running: false, position: 'one', error: undefined });
    await tasks.schedule(source.id, 'reconcile');
    expect(await lease()).toMatchObject({ position: 'one', failures: 0 });
  });

  it('counts failures in a row', async () => {
    const { tasks } = stores();
    for (const failures of [0, 1]) {
      const held = await lease();
      expect(held).toMatchObject({ failures });
      await tasks.release(held!, { nextAt: new Date(0), error: 'SOURCE.UNAVAILABLE' });
    }
    expect(await state()).toMatchObject({ error: 'SOURCE.UNAVAILABLE', succeededAt: undefined });
    await tasks.release((await lease())!, { nextAt: new Date(0), position: 'two' });
    expect(await state()).toMatchObject({ error: undefined, position: 'two' });
    expect((await state())?.succeededAt).toBeInstanceOf(Date);
    expect(await lease()).toMatchObject({ failures: 0 });
  });

  it('is taken over when its lease ran out, and whoever had it changes nothing any more', async () => {
    const { tasks, inbox } = stores();
    const dead = await lease(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const heir = await lease();
    expect(heir).toBeDefined();
    const lost = { code: 'TASK.LOST', advice: 'stop' };
    await expect(tasks.advance(dead!, 'stale', LEASE_MS)).rejects.toMatchObject(lost);
    const notifications = [{ sourceId: source.id, sealedBody: randomBytes(8) }];
    const progress = { lease: dead!, position: 'stale' };
    await expect(inbox.accept(notifications, progress)).rejects.toMatchObject(lost);
    await tasks.release(dead!, { nextAt: inAnHour(), error: 'X' });
    expect(await state()).toMatchObject({ running: true, position: undefined, error: undefined });
    expect(await inbox.facts()).toMatchObject({ waiting: 0 });
  });

  it('moves on in the transaction that accepts what it brought', async () => {
    const { inbox } = stores();
    const held = await lease();
    const notifications = [1, 2].map(() => ({ sourceId: source.id, sealedBody: randomBytes(8) }));
    expect(await inbox.accept(notifications, { lease: held!, position: 'page 2' })).toHaveLength(2);
    expect(await state()).toMatchObject({ position: 'page 2' });
    expect(await inbox.accept([], { lease: held!, position: 'page 3' })).toEqual([]);
    expect(await state()).toMatchObject({ position: 'page 3' });
  });

  it('is answered for: what became of everything that it brought, and of nothing else', async () => {
    const { tasks, inbox, log } = stores();
    const held = (await lease())!;
    const bodies = [1, 2, 3].map(() => ({ sourceId: source.id, sealedBody: randomBytes(8) }));
    const ids = await inbox.accept(bodies, { lease: held, position: 'here' });
    await acceptFor(stores(), [recordVersion({ sourceId: source.id })]);
    const yielded = () => tasks.yielded(source.id, 'reconcile');
    const nothing = { waiting: 0, dead: 0, stored: 0, duplicates: 0, conflicts: 0, unsequenced: 0 };
    expect(await yielded()).toEqual({ ...nothing, waiting: 3 });

    const records = ['a', 'b', 'c'].map((id) => recordVersion({ sourceId: source.id, id }));
    await inbox.settle([
      { itemId: ids[0]!, outcome: 'stored', records, dead: [{ sealedBody: randomBytes(8), code: 'X' }] },
      { itemId: ids[1]!, outcome: 'stored', records: [records[0]!] },
      { itemId: ids[2]!, outcome: 'dead', code: 'Y' },
    ]);
    const settled = { ...nothing, dead: 2, stored: 3, duplicates: 1 };
    expect(await yielded()).toEqual({ ...settled, unsequenced: 3 });
    await sequence(stores());
    expect([await yielded(), (await log.head())?.size]).toEqual([settled, 3]);
    expect(await tasks.yielded(source.id, 'drift')).toEqual(nothing);
  });

  it('is forgotten when it is removed', async () => {
    await lease();
    await stores().tasks.remove(source.id, 'reconcile');
    expect(await state()).toBeUndefined();
  });
}

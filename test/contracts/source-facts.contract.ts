import { randomBytes } from 'node:crypto';
import type { Source } from '#ports';
import { acceptFor, declareSource, record, storedAs, type Stores } from './store-steps.js';
import { recordVersion } from '../support/record-versions.js';

export function sourceFactsContract(stores: () => Stores): void {
  let ward: Source;
  let lab: Source;
  beforeEach(async () => {
    ward = await declareSource(stores(), 'ward');
    lab = await declareSource(stores(), 'lab');
  });

  it('are all zero for a source that never sent anything', async () => {
    expect(await stores().facts.facts()).toEqual([
      {
        sourceId: lab.id,
        lastEventAt: undefined,
        waiting: 0,
        oldestWaiting: undefined,
        records: 0,
        duplicates: 0,
        conflicts: 0,
        deadLetters: 0,
        gapsOpen: 0,
        gapsHealed: 0,
        catchUps: 0,
        incidentsOpen: 0,
      },
      expect.objectContaining({ sourceId: ward.id, records: 0 }),
    ]);
    expect(await stores().facts.facts(4_711)).toEqual([]);
  });

  it('count what became of what came, for each source', async () => {
    const version = recordVersion({ sourceId: ward.id, id: 'p' });
    const other = { ...recordVersion({ sourceId: ward.id, id: 'p' }), commitment: randomBytes(32) };
    for (const one of [version, version, other]) await record(stores(), [one]);
    const [dead] = await acceptFor(stores(), [version]);
    await stores().inbox.settle([{ itemId: dead!, outcome: 'dead', code: 'A.ONE' }]);
    await acceptFor(stores(), [version, version]);
    await stores().catchUps.ask([{ sourceId: ward.id }]);
    const [facts] = await stores().facts.facts(ward.id);
    expect(facts).toMatchObject({
      sourceId: ward.id,
      waiting: 2,
      records: 1,
      duplicates: 1,
      conflicts: 1,
      deadLetters: 1,
      catchUps: 1,
      incidentsOpen: 1,
    });
    for (const at of [facts!.lastEventAt, facts!.oldestWaiting])
      expect(Math.abs(at!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await stores().facts.facts(lab.id)).toMatchObject([{ waiting: 0, records: 0, deadLetters: 0 }]);
  });

  it('take a dead letter that is tried again to wait since then', async () => {
    const [id] = await acceptFor(stores(), [recordVersion({ sourceId: ward.id })]);
    await stores().inbox.settle([{ itemId: id!, outcome: 'dead', code: 'A.ONE' }]);
    const before = Date.now();
    await stores().deadLetters.retry({}, 1);
    const [facts] = await stores().facts.facts(ward.id);
    expect(facts).toMatchObject({ deadLetters: 0, waiting: 1 });
    expect(facts!.oldestWaiting!.getTime()).toBeGreaterThan(before - 1_000);
    const record = recordVersion({ sourceId: ward.id });
    await stores().inbox.settle([storedAs(id!, record)]);
    expect(await stores().facts.facts(ward.id)).toMatchObject([{ waiting: 0, records: 1 }]);
  });
}

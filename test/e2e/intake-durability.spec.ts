import { sql } from 'kysely';
import { startCuttableProxy, type CuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { refusalOf } from '../support/outcome.js';
import { tablesWith } from '../support/search-database.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem, type TestSystemOptions } from '../support/test-system.js';

const FAMILY = 'Wollstonecraft';
/** Where nothing listens. */
const NOWHERE = 'redis://127.0.0.1:9';

let system: TestSystem;
const start = async (options?: TestSystemOptions): Promise<void> => {
  system = await TestSystem.start(options);
};
afterEach(() => system.stop());

const secretive = (id: string) => patient(id, 1, { name: [{ family: FAMILY }] });

describe('requirement 4, durable first: an acknowledged notification', () => {
  it('is in the database, where nobody can read it, and gone when its record version is stored', async () => {
    await start({ withoutWorker: true });
    // The drift watch would keep when it looked at the resource, by name.
    await system.declare({ ...WARD, settings: { ...WARD.settings, driftPerMinute: 0 } });
    expect((await system.notify(secretive('hidden-one'))).status).toBe(200);
    const rows = await inbox();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ state: 'waiting', attempts: 0 });
    for (const word of [FAMILY, 'hidden-one', 'birthDate'])
      expect(await tablesWith(system.database.db, word)).toEqual([]);

    await system.startWorker();
    await system.settled();
    expect(await inbox()).toEqual([]);
    // The name of the record version is kept, what it says is not.
    expect(await tablesWith(system.database.db, 'hidden-one')).toEqual(['public.record']);
    expect(await tablesWith(system.database.db, FAMILY)).toEqual([]);
  });

  it('is not lost among two hundred at once', async () => {
    await start();
    const ids = Array.from({ length: 200 }, (_, at) => `p${at}`);
    const answers = await Promise.all(ids.map((id) => system.notify(secretive(id))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await system.settled();
    const { rows } = await sql<{ id: string; entries: number }>`
      select resource_id as id, count(entry.index) as entries
      from record left join entry on entry.record_id = record.id group by 1`.execute(system.database.db);
    expect(rows.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(rows.filter(({ entries }) => entries !== 1)).toEqual([]);
    expect(await system.checkpoint()).toMatchObject({ size: 200 });
  });

  it('needs no queue: a sweeper finds what no job names', async () => {
    await start({ withoutWorker: true });
    await system.end('api');
    await system.startApi({ ATTESTRY_QUEUE_REDISURL: NOWHERE });
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => system.notify(secretive(id))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await inbox()).toHaveLength(3);
    await system.startWorker();
    await system.settled();
    expect(await system.checkpoint()).toMatchObject({ size: 3 });
  });
});

describe('while the database is away', () => {
  let proxy: CuttableProxy;
  afterEach(() => proxy.close());

  it('nothing is acknowledged: 503 with a time to come back, and then it works again', async () => {
    await start();
    const url = new URL(system.database.url);
    proxy = await startCuttableProxy(Number(url.port));
    url.port = String(proxy.port);
    await system.end('api');
    await system.startApi({ DATABASE_URL: url.href });
    expect((await system.notify(secretive('before'))).status).toBe(200);

    proxy.cut();
    const refused = await Promise.all(['x', 'y', 'z'].map((id) => system.notify(secretive(id))));
    for (const response of refused) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const refusal = await refusalOf(response);
      expect(refusal).toMatchObject({ status: 503, code: 'STORE.UNAVAILABLE' });
      expect(refusal.text).not.toContain('127.0.0.1');
    }
    expect((await system.get('/health/ready')).status).toBe(503);
    expect((await system.get('/health/live')).status).toBe(200);

    proxy.mend();
    await eventually('an acknowledgement', async () => (await system.notify(secretive('x'))).status === 200);
    await system.settled();
    expect(await system.checkpoint()).toMatchObject({ size: 2 });
    await eventually('readiness', async () => (await system.get('/health/ready')).status === 200);
  });
});

async function inbox(): Promise<{ state: string; attempts: number }[]> {
  const { rows } = await sql<{ state: string; attempts: number }>`
    select state, attempts from inbox`.execute(system.database.db);
  return rows;
}

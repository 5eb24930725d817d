import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { notificationContext } from '#ports';
import { startSandbox, type Sandbox } from '../../apps/sandbox/index.js';
import { startCuttableProxy, type CuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const DELETION = { 'x-medplum-interaction': 'delete' };

let sandbox: Sandbox;
let proxy: CuttableProxy;
let system: TestSystem;
/** The sandbox's server, behind a proxy that can be cut; it has no Subscription: the tests notify by hand. */
let clinic: { name: string; base: string } & Omit<typeof WARD, 'name' | 'base'>;

beforeAll(async () => {
  sandbox = await startSandbox();
  proxy = await startCuttableProxy(Number(new URL(sandbox.base).port));
  clinic = { ...WARD, name: 'clinic', base: `http://127.0.0.1:${proxy.port}/fhir` };
  system = await TestSystem.start({ settings: { ATTESTRY_INTAKE_MAXDEPTH: '1000' } });
  await system.declare(clinic);
});
afterAll(async () => {
  await system.stop();
  proxy.close();
  await sandbox.close();
});

const notify = (body: object | string, headers = {}) => system.notify(body, headers, clinic);
const deletionOf = (id: string) =>
  notify('{}', { ...DELETION, 'x-medplum-deleted-resource': `Patient/${id}` });

describe('bad news', () => {
  it('of a deletion is confirmed at the source, with its version', async () => {
    await change('PUT', 'leaving');
    await notify(await read('leaving'));
    await change('DELETE', 'leaving');
    await deletionOf('leaving');
    await system.settled();
    expect(await versionsOf('leaving')).toMatchObject([
      { version: '2', interaction: 'delete', standing: 'deleted', index: expect.any(Number) as number },
      { version: '1', standing: 'deleted' },
    ]);
  });

  it('that is forged for a living resource makes no tombstone', async () => {
    await change('PUT', 'living');
    await deletionOf('living');
    await system.settled();
    expect(await versionsOf('living')).toMatchObject([
      { version: '1', interaction: 'update', standing: 'current' },
    ]);
  });

  it('of a resource that the source never had is kept as a dead letter', async () => {
    await deletionOf('never');
    await system.settled();
    expect(await deadLetters()).toEqual(['NORMALISE.NOT_AT_SOURCE']);
    expect((await system.get('/v1/records/clinic/Patient/never')).status).toBe(404);
  });
});

describe('a notification', () => {
  it('that names no version is read again from its source', async () => {
    await change('PUT', 'unversioned', { gender: 'female' });
    await change('PUT', 'unversioned', { gender: 'male' });
    await notify({ resourceType: 'Patient', id: 'unversioned', gender: 'forged' });
    await system.settled();
    expect(await versionsOf('unversioned')).toMatchObject([{ version: '2', standing: 'current' }]);
    const verdict = await system.post('/v1/verify', JSON.stringify(await read('unversioned')));
    expect(await verdict.json()).toMatchObject({ match: 'exact', record: { version: '2' } });
  });

  it('that needs its source waits while that is away, and others do not wait with it', async () => {
    await change('PUT', 'patient-one');
    proxy.cut();
    await notify({ resourceType: 'Patient', id: 'patient-one' });
    await deletionOf('patient-one');
    await notify(patient('whole', 1));
    await eventually('a record version', async () => (await versionsOf('whole')).length === 1);
    const waiting = await eventually('two that were put off', async () => {
      const rows = await inbox();
      return rows.length === 2 && rows.every(({ attempts }) => attempts > 0) ? rows : undefined;
    });
    for (const { code, put_off: putOff } of waiting) {
      expect(code).toBe('SOURCE.UNAVAILABLE');
      expect(putOff).toBe(true);
    }
    proxy.mend();
    await system.settled();
    expect(await versionsOf('patient-one')).toMatchObject([{ version: '1', standing: 'current' }]);
  });

  it('whose sealed bytes were damaged is kept with its reason, and holds up nothing', async () => {
    const before = (await deadLetters()).length;
    const { rows } = await sql<{ id: number }>`
      select id from source where name = 'ward'`.execute(system.database.db);
    const sealed = Buffer.from(
      system.keys.sealer.seal(Buffer.from('not what we encode'), notificationContext(rows[0]!.id)),
    );
    const broken = Buffer.from(sealed);
    broken[broken.length - 1]! ^= 1;
    await sql`insert into inbox (source_id, sealed_body) values
      (${rows[0]!.id}, ${Buffer.from('garbage')}), (${rows[0]!.id}, ${broken}), (${rows[0]!.id}, ${sealed}),
      (4711, ${sealed})`.execute(system.database.db);
    await system.notify(patient('beside', 1));
    await system.settled();
    expect((await deadLetters()).slice(before)).toEqual([
      'SEAL.BROKEN',
      'SEAL.BROKEN',
      'NORMALISE.MALFORMED',
      'NORMALISE.UNKNOWN_SOURCE',
    ]);
    expect(await system.workerMetric('attestry_inbox_dead')).toBe(before + 4);
  });
});

it('what was acknowledged under generous limits is normalised under the same', async () => {
  const deep = `${'['.repeat(900)}${']'.repeat(900)}`;
  const body = `{"resourceType":"Patient","id":"deep","meta":{"versionId":"1"},"extension":${deep}}`;
  expect((await notify(body)).status).toBe(200);
  await system.settled();
  expect(await versionsOf('deep')).toMatchObject([{ version: '1' }]);
});

describe('a batch of which many need a source', () => {
  let asked = 0;
  const failing = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  beforeAll(() => once(failing.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => failing.close());

  it('asks a source that fails a few times, not once for each', async () => {
    const base = `http://127.0.0.1:${(failing.address() as AddressInfo).port}/fhir`;
    const failed = { ...clinic, name: 'failing', base };
    await system.declare(failed);
    // Without jobs, so that the sweeper makes one batch of all.
    await system.end('api');
    await system.startApi({ ATTESTRY_QUEUE_REDISURL: 'redis://127.0.0.1:9' });
    await system.end('worker');
    const ids = Array.from({ length: 40 }, (_, at) => `many-${at}`);
    await Promise.all(ids.map((id) => system.notify({ resourceType: 'Patient', id }, {}, failed)));
    await system.startWorker();
    await eventually('forty that were put off', async () => {
      const waiting = await inbox();
      return waiting.length === 40 && waiting.every(({ attempts }) => attempts > 0);
    });
    expect(asked).toBeLessThan(ids.length);

    for (const id of ids) await change('PUT', id);
    await system.declare({ ...failed, base: sandbox.base });
    await system.settled();
    await system.end('api');
    await system.startApi();
  });
});

it('every queued job may be lost: the sweepers finish the work', async () => {
  const size = (await system.checkpoint())?.size ?? 0;
  const enough = new AbortController();
  const loss = (async () => {
    while (!enough.signal.aborted) await loseJobs();
  })();
  const ids = Array.from({ length: 50 }, (_, at) => `lost-${at}`);
  const answers = await Promise.all(ids.map((id) => system.notify(patient(id, 1))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  enough.abort();
  await loss;
  await system.settled();
  expect(await system.checkpoint()).toMatchObject({ size: size + 50 });
});

async function loseJobs(): Promise<void> {
  await sql`delete from bullmq.job`.execute(system.database.db);
}

async function change(method: 'PUT' | 'DELETE', id: string, more: object = {}): Promise<void> {
  const body = JSON.stringify({ resourceType: 'Patient', id, ...more });
  const headers = { 'content-type': 'application/fhir+json' };
  await fetch(`${sandbox.base}/Patient/${id}`, { method, ...(method === 'PUT' && { headers, body }) });
}

async function read(id: string): Promise<object> {
  return (await (await fetch(`${sandbox.base}/Patient/${id}`)).json()) as object;
}

async function versionsOf(id: string): Promise<readonly object[]> {
  const response = await system.get(`/v1/records/clinic/Patient/${id}`);
  return response.ok ? ((await response.json()) as { versions: object[] }).versions : [];
}

async function inbox() {
  const { rows } = await sql<{ code: string | null; attempts: number; put_off: boolean }>`
    select code, attempts, not_before > received_at as put_off from inbox
    where state = 'waiting'`.execute(system.database.db);
  return rows;
}

async function deadLetters(): Promise<(string | null)[]> {
  const { rows } = await sql<{ code: string | null }>`
    select code from inbox where state = 'dead' order by id`.execute(system.database.db);
  return rows.map(({ code }) => code);
}

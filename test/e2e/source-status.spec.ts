import { PostgresSubscriptionStore } from '#adapters/store-postgres';
import { runAttestry } from '../../apps/cli/testing/run-attestry.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface ShownStatus {
  readonly name: string;
  readonly lastEventAt: string | null;
  readonly records: number;
  readonly drift: { readonly checked: number; readonly resources: number };
  readonly tasks: readonly { readonly task: string; readonly error: string | null }[];
}

let system: TestSystem;
let clinic: TestClinic;
beforeAll(async () => {
  system = await TestSystem.start();
  clinic = await TestClinic.start({
    settings: { privateHosts: ['127.0.0.1'], driftPerMinute: 60_000 },
  });
});
afterAll(async () => {
  await system.stop();
  await clinic.stop();
});

const status = (name: string) => system.json<ShownStatus>(`/v1/sources/${name}/status`);
const attestry = (...args: readonly string[]) =>
  runAttestry(['source', 'status', ...args, '--api', system.api]);
async function metrics(): Promise<readonly string[]> {
  return (await (await fetch(`${system.api}/metrics`)).text()).split('\n');
}

describe('requirement 15: lag metrics: the status of a source', () => {
  it('is empty before anything came', async () => {
    expect(await status('ward')).toMatchObject({
      name: 'ward',
      channel: 'rest-hook',
      lastEventAt: null,
      lagSeconds: 0,
      waiting: 0,
      records: 0,
      deadLetters: 0,
      incidentsOpen: 0,
      gaps: { open: 0, healed: 0 },
      reconciledUntil: null,
      drift: { resources: 0, checked: 0, ratio: null, lastCheckAt: null },
    });
    expect((await system.get('/v1/sources/nowhere/status')).status).toBe(404);
  });

  it('says what came, and what became of it', async () => {
    await clinic.join(system);
    const held = await clinic.put(patient('p1', 1));
    await clinic.put(patient('p2', 1));
    await clinic.arrived(system);
    await system.notify(held, {}, clinic.source);
    await system.notify({ ...held, gender: 'other' }, {}, clinic.source);
    await system.notify('{}', { 'x-medplum-deleted-resource': 'Patient/none' }, clinic.source);
    await system.settled();
    const now = await status('clinic');
    expect(now).toMatchObject({ duplicates: 1, conflicts: 1, deadLetters: 1, incidentsOpen: 1, waiting: 0 });
    expect(now.records).toBe(2);
    expect(Date.now() - Date.parse(now.lastEventAt!)).toBeLessThan(60_000);
  });

  it('says how its Subscriptions stand, and why they changed', async () => {
    const clinicId = (
      await system.database.db
        .selectFrom('source')
        .select('id')
        .where('name', '=', 'clinic')
        .executeTakeFirstOrThrow()
    ).id;
    const store = new PostgresSubscriptionStore(system.database.db);
    const standing = { id: 'sub-1', criteria: 'Patient', end: undefined, events: undefined };
    await store.keep(clinicId, [{ ...standing, status: 'active' }], 'created');
    await store.keep(clinicId, [{ ...standing, status: 'error' }], 'source-error');
    const shown = await system.json<object>('/v1/sources/clinic/status');
    expect(shown).toMatchObject({
      subscriptions: expect.arrayContaining([
        expect.objectContaining({ id: 'sub-1', criteria: 'Patient', status: 'error', endsAt: null }),
      ]) as unknown,
      subscriptionChanges: expect.arrayContaining([
        expect.objectContaining({
          subscription: 'sub-1',
          from: 'active',
          to: 'error',
          reason: 'source-error',
        }),
        expect.objectContaining({ from: null, to: 'active', reason: 'created' }),
      ]) as unknown,
    });
    const { stdout } = await attestry('clinic');
    expect(stdout).toMatch(/ {2}subscription sub-1 +error, Patient, last notice never\n/);
    expect(stdout).toContain('sub-1: active to error, source-error\n');
    expect(await system.json('/v1/sources/ward/status')).toMatchObject({ subscriptionChanges: [] });
  });

  it('says how much of it was checked, and when its tasks ran', async () => {
    await eventually('a drift task', async () =>
      (await status('clinic')).tasks.some(({ task, error }) => task === 'drift' && error === null),
    );
    await eventually(
      'two checks',
      async () => {
        const { drift } = await status('clinic');
        return drift.checked === 2 && drift.resources === 2;
      },
      60_000,
    );
  }, 90_000);

  it('is shown for all sources, by name', async () => {
    const all = await system.json<ShownStatus[]>('/v1/sources/status');
    expect(all.map(({ name }) => name)).toEqual(['clinic', 'ward']);
    expect(all[0]).toMatchObject({ records: 2, deadLetters: 1 });
    expect(all[1]).toMatchObject({ records: 0, deadLetters: 0 });
  });

  it('is shown as metrics', async () => {
    const lines = await metrics();
    for (const line of [
      'attestry_source_records_total{source="clinic"} 2',
      'attestry_source_duplicates_total{source="clinic"} 1',
      'attestry_source_dead_letters{source="clinic"} 1',
      'attestry_source_dead_letters{source="ward"} 0',
      'attestry_source_lag_seconds{source="clinic"} 0',
      'attestry_source_gaps_open{source="clinic"} 0',
      'attestry_source_drift_coverage_ratio{source="clinic"} 1',
    ])
      expect(lines).toContain(line);
    const age = lines.find((line) => line.startsWith('attestry_source_last_event_seconds{source="clinic"}'));
    expect(Number(age!.split(' ')[1])).toBeLessThan(120);
    expect(lines.join('\n')).not.toContain('attestry_source_last_event_seconds{source="ward"}');
  });

  it('is printed as a table, in detail, and as JSON', async () => {
    const table = (await attestry()).stdout.split('\n');
    expect(table[0]).toMatch(/^source +channel +last event +lag +waiting +dead +gaps +incidents +checked$/);
    expect(table[1]).toMatch(/^clinic +rest-hook +2\S+Z +0 s +0 +1 +0 +1 +2\/2$/);
    expect(table[2]).toMatch(/^ward +rest-hook +never +0 s +0 +0 +0 +0 +0\/0$/);
    const detail = (await attestry('clinic')).stdout;
    expect(detail).toMatch(/^clinic\n {2}base +http/);
    expect(detail).toContain('2, and 1 duplicates\n');
    expect(detail).toMatch(/ {2}checked +2 of 2 resources within 30 days\n/);
    expect(detail).toMatch(/ {2}task drift +(runs now|next 2\S+Z), last success 2\S+Z\n/);
    expect(JSON.parse((await attestry('ward', '--json')).stdout)).toMatchObject({ name: 'ward' });
    expect(JSON.parse((await attestry('--json')).stdout)).toHaveLength(2);
    const unknown = await attestry('nowhere');
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      'attestry: SOURCE.NOT_FOUND: No source of that name is declared.\n',
    ]);
  });
});

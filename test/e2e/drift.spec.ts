import { sql } from 'kysely';
import { CapturedLog } from '../support/captured-log.js';
import { eventually } from '../support/eventually.js';
import { ForgedSource } from '../support/forged-source.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface ShownIncident {
  readonly kind: string;
  readonly resourceId: string;
  readonly elements: readonly string[];
  readonly seen: number;
}

const log = new CapturedLog();
let system: TestSystem;
let forged: ForgedSource;
beforeEach(async () => {
  forged = await ForgedSource.start();
  system = await TestSystem.start({ settings: { ATTESTRY_LOGGING_LEVEL: 'info' }, logTo: log });
  await watch({ driftPerMinute: 0 });
});
afterEach(async () => {
  await system.stop();
  await forged.stop();
});

const watch = (settings: { driftPerMinute: number; driftDays?: number }): Promise<void> =>
  system.declare({
    ...forged.source,
    settings: { privateHosts: ['127.0.0.1'], channel: 'none', ...settings },
  });
const incidents = async (): Promise<readonly ShownIncident[]> =>
  (await system.json<{ incidents: ShownIncident[] }>('/v1/incidents?source=forged')).incidents;
const outcome = (of: string): Promise<number> =>
  system.workerMetric(`attestry_drift_checks_total{outcome="${of}"}`);
const reads = (): readonly string[] => forged.asked.filter((path) => /^Patient\/[^/]+$/.test(path));

/** The log takes these versions in as the source holds them. */
async function record(...resources: readonly Record<string, unknown>[]): Promise<void> {
  for (const resource of resources) {
    forged.set(`Patient/${String(resource['id'])}`, resource);
    expect((await system.notify(resource, {}, forged.source)).status).toBe(200);
  }
  await system.settled();
  forged.asked.length = 0;
}

describe('the drift watch', () => {
  it('reads each record again once, and finds nothing where nothing changed', async () => {
    await record(patient('p1', 1), patient('p2', 2), patient('p3', 1));
    forged.set('Patient/p2', { ...patient('p2', 2), meta: { versionId: '2', source: '#other' } });
    await watch({ driftPerMinute: 60_000 });
    await eventually('three checks', async () => (await outcome('unchanged')) === 3);
    expect([...reads()].sort()).toEqual(['Patient/p1', 'Patient/p2', 'Patient/p3']);
    expect(await incidents()).toEqual([]);
  });

  it('names the elements that differ when the source now holds something else under the same version', async () => {
    await record(patient('p1', 1), patient('p2', 1));
    forged.set(
      'Patient/p1',
      patient('p1', 1, { birthDate: '1971-01-01', gender: 'other', active: undefined }),
    );
    await watch({ driftPerMinute: 60_000 });
    await eventually('two checks', async () => (await outcome('drift')) + (await outcome('unchanged')) === 2);
    expect(await incidents()).toMatchObject([
      { kind: 'drift', resourceId: 'p1', elements: ['active', 'birthDate', 'gender'], seen: 1 },
    ]);
    await eventually('an alert', () => log.lines.some(({ context }) => context === 'incidents'));
    for (const word of ['p1', '1971-01-01', '1970-01-01']) expect(log.text).not.toContain(word);
  });

  it('sees the same drift once more, and does not double it', async () => {
    await record(patient('p1', 1));
    forged.set('Patient/p1', patient('p1', 1, { gender: 'other' }));
    await watch({ driftPerMinute: 60_000 });
    await eventually('a check', async () => (await outcome('drift')) === 1);
    await sql`update resource_check set looked_at = '-infinity'`.execute(system.database.db);
    await eventually('another', async () => (await outcome('drift')) === 2);
    expect(await incidents()).toMatchObject([{ kind: 'drift', seen: 2 }]);
  });

  it('raises it when a resource is gone that the source never deleted', async () => {
    await record(patient('p1', 1));
    forged.set('Patient/p1', 404);
    await watch({ driftPerMinute: 60_000 });
    await eventually('a check', async () => (await outcome('vanished')) === 1);
    expect(await incidents()).toMatchObject([{ kind: 'vanished', resourceId: 'p1', elements: [] }]);
  });

  it('asks for the history of what the log does not know yet, and still compares what it knows', async () => {
    await record(patient('p1', 1), patient('p2', 1));
    for (const id of ['p1', 'p2']) forged.set(`Patient/${id}`, patient(id, 2, { gender: 'female' }));
    forged.set('Patient/p1/_history/1', patient('p1', 1));
    forged.set('Patient/p2/_history/1', patient('p2', 1, { birthDate: '1999-09-09' }));
    await watch({ driftPerMinute: 60_000 });
    await eventually('two checks', async () => (await outcome('newer')) + (await outcome('drift')) === 2);
    expect(await incidents()).toMatchObject([{ kind: 'drift', resourceId: 'p2', elements: ['birthDate'] }]);
    const asked = () => forged.asked.some((path) => path === 'Patient/p1/_history');
    await eventually('its history to be asked for', async () => asked() || (await waitingCatchUps()) === 2);
  });

  it('does not check what the log knows to be deleted', async () => {
    await record(patient('p1', 1));
    await sql`update record set interaction = 'delete'`.execute(system.database.db);
    await record(patient('p2', 1));
    await watch({ driftPerMinute: 60_000 });
    await eventually('a check', async () => (await outcome('unchanged')) === 1);
    expect(reads()).toEqual(['Patient/p2']);
  });

  it('passes over what the source refuses to show, or what cannot be read, and goes on', async () => {
    await record(patient('p1', 1), patient('p2', 1), patient('p3', 1));
    forged.set('Patient/p1', 403);
    forged.set('Patient/p2', { not: 'a resource' });
    await watch({ driftPerMinute: 60_000 });
    await eventually('two passed over', async () => (await outcome('passed-over')) === 2);
    expect(await outcome('unchanged')).toBe(1);
    expect(await incidents()).toEqual([]);
  });

  it('waits for a source that is away, and goes on where it was, in another process too', async () => {
    await record(...Array.from({ length: 20 }, (_, at) => patient(`p${at}`, 1)));
    forged.set('Patient/p15', 503);
    await watch({ driftPerMinute: 3_000 });
    await eventually('a failure', () => log.text.includes('source forged: SOURCE.UNAVAILABLE'));
    await system.end('worker');
    forged.asked.length = 0;
    forged.set('Patient/p15', patient('p15', 1));
    await system.startWorker();
    await eventually('the rest', () => reads().includes('Patient/p15'));
    await eventually('all of them', async () => {
      const { rows } = await sql<{ left: number }>`
        select count(*) as left from resource_check where not isfinite(checked_at)`.execute(
        system.database.db,
      );
      return rows[0]!.left === 0;
    });
    expect(reads().length).toBeLessThan(20);
  }, 60_000);

  it('finds what a server forges in place, of which it tells nobody', async () => {
    const settings = { privateHosts: ['127.0.0.1'], driftPerMinute: 0 };
    const clinic = await TestClinic.start({ settings });
    await clinic.join(system);
    for (const id of ['true', 'forged']) await clinic.put(patient(id, 1));
    await clinic.arrived(system);
    clinic.sandbox.faults.set({ forge: ['Patient/forged'] });
    await system.declare({ ...clinic.source, settings: { ...settings, driftPerMinute: 60_000 } });
    await eventually('two checks', async () => (await outcome('drift')) + (await outcome('unchanged')) === 2);
    const found = await system.json<{ incidents: ShownIncident[] }>('/v1/incidents?source=clinic&open=true');
    expect(found.incidents).toMatchObject([{ kind: 'drift', resourceId: 'forged' }]);
    expect(found.incidents[0]!.elements).toContain('language');
    await clinic.stop();
  });

  it('keeps to its rate', async () => {
    await record(...Array.from({ length: 30 }, (_, at) => patient(`p${at}`, 1)));
    await watch({ driftPerMinute: 600 });
    await eventually('the first read', () => reads().length > 0);
    const begun = performance.now();
    await eventually('eleven', () => reads().length >= 11);
    expect(performance.now() - begun).toBeGreaterThan(800);
  });
});

async function waitingCatchUps(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from catch_up`.execute(
    system.database.db,
  );
  return rows[0]!.count;
}

import { sql } from 'kysely';
import type { SourceDeclaration } from '#ports';
import type { SandboxOptions } from '../../apps/sandbox/index.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const QUICK = { privateHosts: ['127.0.0.1'], reconcileEveryMs: 200, reconcileOverlapMs: 5_000 } as const;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSystem(): Promise<TestSystem> {
  const system = await TestSystem.start();
  stops.push(() => system.stop());
  return system;
}

/** A source that calls nobody: without a single Subscription. */
async function startSilent(
  system: TestSystem,
  settings: SourceDeclaration['settings'],
  sandbox: SandboxOptions = {},
): Promise<TestClinic> {
  const clinic = await TestClinic.start({ settings: { ...QUICK, ...settings } }, sandbox);
  stops.push(() => clinic.stop());
  await system.declare(clinic.source);
  return clinic;
}

interface Version {
  readonly version: string;
  readonly interaction: string;
  readonly obtained: string;
}

async function versionsOf(system: TestSystem, reference: string): Promise<readonly Version[]> {
  const response = await system.get(`/v1/records/clinic/${reference}`);
  return response.ok ? ((await response.json()) as { versions: Version[] }).versions : [];
}

const recorded = (system: TestSystem, reference: string, count: number): Promise<readonly Version[]> =>
  eventually(`${count} versions of ${reference}`, async () => {
    const versions = await versionsOf(system, reference);
    return versions.length >= count && versions;
  });

describe('requirements 8 and 9, gaps healed and versions in between recovered: what was never notified is found', () => {
  it('with every version in between, and each deletion as a tombstone', async () => {
    const system = await startSystem();
    const clinic = await startSilent(system, { channel: 'none' }, { pageSize: 2 });
    for (const version of [1, 2, 3]) await clinic.put(patient('p1', version, { active: version === 2 }));
    await clinic.put(patient('p2', 1));
    await clinic.delete('Patient/p2');
    const first = await recorded(system, 'Patient/p1', 3);
    expect(first.map(({ version, obtained }) => [version, obtained])).toEqual([
      ['3', 'history'],
      ['2', 'history'],
      ['1', 'history'],
    ]);
    expect(await recorded(system, 'Patient/p2', 2)).toMatchObject([
      { interaction: 'delete' },
      { interaction: 'create' },
    ]);
    await clinic.put(patient('p1', 4));
    await recorded(system, 'Patient/p1', 4);
    await system.settled();
    expect((await system.checkpoint())?.size).toBe(6);
  });

  it('and nothing of other types than its criteria name', async () => {
    const system = await startSystem();
    const clinic = await startSilent(system, { channel: 'none' });
    await clinic.put({ resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' } });
    await clinic.put(patient('p1', 1));
    await recorded(system, 'Patient/p1', 1);
    expect(await versionsOf(system, 'Observation/o1')).toEqual([]);
  });

  it.each(['numbers', 'uuids'] as const)(
    'where there is history of single resources only, with versions that are %s',
    async (versionIds) => {
      const system = await startSystem();
      const clinic = await startSilent(system, { channel: 'none' }, { systemHistory: false, versionIds });
      for (const version of [1, 2, 3]) await clinic.put(patient('p1', version, { active: version === 2 }));
      const versions = await recorded(system, 'Patient/p1', 3);
      expect(new Set(versions.map(({ obtained }) => obtained))).toEqual(new Set(['history', 'search']));
      await eventually('nothing to be asked for', async () => (await catchUps(system)) === 0);
    },
  );

  it('by polling, where the source never calls', async () => {
    const system = await startSystem();
    const polling = { channel: 'polling', pollEveryMs: 200, reconcileEveryMs: 3_600_000 } as const;
    const clinic = await startSilent(system, polling);
    await clinic.put(patient('p1', 1));
    await recorded(system, 'Patient/p1', 1);
    await clinic.put(patient('p1', 2));
    await recorded(system, 'Patient/p1', 2);
  });

  it('however often the worker is ended, and whatever the source answers on the way', async () => {
    const system = await startSystem();
    const clinic = await startSilent(system, { channel: 'none' }, { pageSize: 5 });
    clinic.sandbox.faults.set({ answer500: 0.3, cutConnections: 0.2, answer429: 0.1, retryAfterS: 0 });
    for (let at = 1; at <= 30; at++) {
      await clinic.put(patient(`p${at % 7}`, at, { birthDate: `19${10 + at}-01-01` }));
      if (at % 10 === 0) {
        await system.end('worker');
        await system.startWorker();
      }
    }
    await eventually(
      'every version',
      async () => {
        const counts = [1, 2, 3, 4, 5, 6, 0].map(
          async (at) => (await versionsOf(system, `Patient/p${at}`)).length,
        );
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0) === 30;
      },
      60_000,
    );
    await system.settled();
    expect((await system.checkpoint())?.size).toBe(30);
  }, 90_000);
});

describe('requirement 9, intermediate versions: a catch-up', () => {
  it('asks for the history of a resource of which a version in between never came', async () => {
    const system = await startSystem();
    const clinic = await startSilent(system, { reconcileEveryMs: 3_600_000 });
    for (const version of [1, 2, 3]) await clinic.put(patient('p1', version, { active: version === 2 }));
    await system.notify(await clinic.read('Patient/p1'), {}, clinic.source);
    const versions = await recorded(system, 'Patient/p1', 3);
    expect(versions.map(({ obtained }) => obtained)).toEqual(['notified', 'history', 'history']);
    await eventually('an end', async () => (await catchUps(system)) === 0);
  });

  it('of a source that only rings opens a window', async () => {
    const system = await startSystem();
    const clinic = await startSilent(system, { reconcileEveryMs: 3_600_000 });
    await clinic.put(patient('p1', 1));
    await system.notify(new Uint8Array(), {}, clinic.source);
    await recorded(system, 'Patient/p1', 1);
    await eventually('an end', async () => (await catchUps(system)) === 0);
  });
});

async function catchUps({ database: { db } }: TestSystem): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from catch_up`.execute(db);
  return rows[0]!.waiting;
}

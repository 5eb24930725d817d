import { runAttestry } from '../../apps/cli/testing/run-attestry.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { TestSystem } from '../support/test-system.js';

interface Shown {
  readonly phase: string;
  readonly lines: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly waiting: number;
  readonly unsequenced: number;
}

const RESOURCES = 30;
const JSON_BODY = { 'content-type': 'application/json' };

let system: TestSystem;
let clinic: TestClinic;
const path = (): string => `/v1/sources/${clinic.source.name}/exports`;
beforeEach(async () => {
  system = await TestSystem.start();
  clinic = await TestClinic.start();
  for (let at = 0; at < RESOURCES; at++) await clinic.put({ resourceType: 'Patient', id: `p${at}` });
  // Declared, but without Subscriptions: nothing but the export brings what it holds.
  await system.declare({ ...clinic.source, settings: { ...clinic.source.settings, channel: 'none' } });
});
afterEach(async () => {
  await system.stop();
  await clinic.stop();
});

const ask = (body: object = {}): Promise<Response> => system.post(path(), JSON.stringify(body), JSON_BODY);
const done = (): Promise<Shown> =>
  eventually('the export', async () => {
    const shown = await system.json<Shown>(path());
    return shown.phase === 'done' && shown.waiting + shown.unsequenced === 0 && shown;
  });

describe('attestry source export', () => {
  it('brings all that a source holds, and shows how it comes along', async () => {
    const args = ['source', 'export', clinic.source.name, '--api', system.api];
    const { status, stdout } = await runAttestry([...args, '--types', 'Patient', '--wait']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+ files, 30 lines: \d+ stored, /)]);
    const shown = JSON.parse((await runAttestry([...args, '--show', '--json'])).stdout) as Shown;
    expect(shown).toMatchObject({ phase: 'done', lines: RESOURCES });
    expect(shown.stored + shown.duplicates).toBe(RESOURCES);
    expect(JSON.stringify(shown)).not.toContain('http');
    await system.settled();
    expect((await system.checkpoint())?.size).toBe(RESOURCES);
  });

  it('ends once each, beside live events and however often it is asked for', async () => {
    await clinic.join(system);
    await Promise.all([
      ask(),
      ...[0, 1, 2].map((at) => clinic.put({ resourceType: 'Patient', id: `p${at}`, active: true })),
    ]);
    await done();
    expect((await ask()).status).toBe(200);
    const again = await done();
    expect(again).toMatchObject({ stored: 0, duplicates: RESOURCES });
    await clinic.arrived(system);
    const versions = await system.json<{ versions: { version: string }[] }>(
      `/v1/records/${clinic.source.name}/Patient/p1`,
    );
    expect(versions.versions.map(({ version }) => version)).toHaveLength(2);
  });

  it('goes on in another worker when one ends on the way', async () => {
    await ask();
    await system.end('worker');
    expect((await ask()).status).toBe(409);
    await system.startWorker();
    expect((await done()).lines).toBe(RESOURCES);
    await system.settled();
    expect((await system.checkpoint())?.size).toBe(RESOURCES);
  });

  it('refuses what cannot be asked for', async () => {
    expect((await system.get(path())).status).toBe(404);
    for (const [body, status, code] of [
      [{ types: ['patient'] }, 422, 'EXPORT.INVALID'],
      [{ since: 'yesterday' }, 422, 'EXPORT.INVALID'],
    ] as const) {
      const response = await ask(body);
      expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
    }
    const nowhere = await system.post('/v1/sources/nowhere/exports', '{}', JSON_BODY);
    expect([nowhere.status, await nowhere.json()]).toMatchObject([
      404,
      { error: { code: 'EXPORT.UNKNOWN_SOURCE' } },
    ]);
  });
});

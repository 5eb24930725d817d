import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { startSandbox, type Sandbox } from '../../apps/sandbox/index.js';
import { eventually } from '../support/eventually.js';
import { WARD } from '../support/test-source.js';
import { loggedOnce } from './expect-log.js';
import { startKillableSystem, type KillableSystem } from './killable-system.js';

const TYPE = 'Patient';
const RESOURCES = 400;
const DELETED = 20;
const JSON_BODY = { 'content-type': 'application/json' };

/** The worker is killed (`kill -9`) while it fetches what a source has exported. */
describe('a Bulk Data export whose worker is killed', () => {
  let sandbox: Sandbox;
  let system: KillableSystem;
  beforeAll(async () => {
    sandbox = await startSandbox();
    system = await startKillableSystem({
      sources: [
        {
          ...WARD,
          name: 'exporting',
          base: sandbox.base,
          // Nothing but the export brings what it holds.
          settings: { privateHosts: ['127.0.0.1'], channel: 'none', driftPerMinute: 0 },
        },
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await system.stop();
    await sandbox.close();
  }, 60_000);

  it('ends with every resource in the log once, and every deletion as a tombstone', async () => {
    const since = new Date(Date.now() - 1_000).toISOString();
    await fill(sandbox);
    const url = `${system.api}/v1/sources/exporting/exports`;
    const asked = await fetch(url, { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ since }) });
    expect(asked.status).toBe(200);
    for (let kills = 0; kills < 3; kills++) {
      await pause(700);
      await system.kill('worker');
    }
    await eventually(
      'the export',
      async () => {
        const shown = (await (await fetch(url)).json()) as {
          phase: string;
          waiting: number;
          unsequenced: number;
        };
        return shown.phase === 'done' && shown.waiting + shown.unsequenced === 0;
      },
      90_000,
    );
    // Of what was deleted the version before is found too, in the history that its tombstone asks for.
    await eventually('every version', async () => {
      const { rows } = await sql<{ deleted: number; held: number }>`
        select count(*) filter (where interaction = 'delete') as deleted,
          count(*) filter (where interaction <> 'delete') as held
        from record where type = ${TYPE}`.execute(system.db);
      return rows[0]!.deleted === DELETED && rows[0]!.held === RESOURCES;
    });
    await settled(system);
    await loggedOnce(system.db);
  }, 180_000);
});

async function fill({ base }: Sandbox): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json' };
  for (let at = 0; at < RESOURCES; at++) {
    const url = `${base}/${TYPE}/p${at}`;
    const body = JSON.stringify({ resourceType: TYPE, id: `p${at}` });
    await (await fetch(url, { method: 'PUT', headers, body })).arrayBuffer();
    if (at < DELETED) await fetch(url, { method: 'DELETE' });
  }
}

async function settled({ db }: KillableSystem): Promise<void> {
  await eventually('the log', async () => {
    const { rows } = await sql<{ pending: number }>`select count(*) as pending from pending`.execute(db);
    return rows[0]!.pending === 0;
  });
}

import { runAttestry } from '../../apps/cli/testing/run-attestry.js';
import { CapturedLog } from '../support/captured-log.js';
import { eventually } from '../support/eventually.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface ShownIncident {
  readonly id: number;
  readonly seen: number;
  readonly closedAt: string | null;
}

const log = new CapturedLog();
let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start({ settings: { ATTESTRY_LOGGING_LEVEL: 'info' }, logTo: log });
});
afterAll(() => system.stop());

const list = async (query = ''): Promise<readonly ShownIncident[]> =>
  (await system.json<{ incidents: ShownIncident[] }>(`/v1/incidents${query}`)).incidents;
const close = (body: object): Promise<Response> =>
  system.post('/v1/incidents/close', JSON.stringify(body), { 'content-type': 'application/json' });
const attestry = (...args: readonly string[]) => runAttestry(['incident', ...args, '--api', system.api]);
const METRIC = 'attestry_incidents_open{source="ward",kind="content-mismatch"}';
const alerts = (): unknown[] =>
  log.lines.filter(({ context, level }) => context === 'incidents' && level === 'error');

/** The source tells of one version twice, with different content. */
async function contradict(id: string, birthDate = '1999-09-09'): Promise<void> {
  await system.notify(patient(id, 1));
  await system.settled();
  await system.notify(patient(id, 1, { birthDate, gender: 'other' }));
  await system.settled();
}

describe('an incident', () => {
  it('names the record version and the elements that differ, in the API alone', async () => {
    expect(await system.workerMetric(METRIC)).toBe(0);
    await contradict('p-contradicted');
    expect(await list()).toMatchObject([
      {
        source: 'ward',
        kind: 'content-mismatch',
        type: 'Patient',
        resourceId: 'p-contradicted',
        version: '1',
        elements: ['birthDate', 'gender'],
        seen: 1,
        closedAt: null,
      },
    ]);
    expect(await system.workerMetric(METRIC)).toBe(1);
    await eventually('an alert', () => alerts().length > 0);
    expect(alerts()[0]).toMatchObject({ open: [{ source: 'ward', kind: 'content-mismatch', count: 1 }] });
    expect(log.text).not.toContain('p-contradicted');
    expect(log.text).not.toContain('1999-09-09');
  });

  it('is raised once for the same content, alerts again for another, and never changes the log', async () => {
    const [known] = await list();
    const before = alerts().length;
    const { size } = (await system.checkpoint())!;
    await contradict('p-contradicted');
    expect(await list()).toMatchObject([{ id: known!.id, seen: 2 }]);
    await contradict('p-contradicted', '2000-01-01');
    expect(await list()).toHaveLength(2);
    await eventually('an alert', () => alerts().length > before);
    expect((await system.checkpoint())!.size).toBe(size);
  });

  it('is closed by an operator, kept, and opened again when it is seen again', async () => {
    const ids = (await list()).map(({ id }) => id);
    expect(await (await close({ ids })).json()).toEqual({ closed: 2 });
    expect(await (await close({ ids })).json()).toEqual({ closed: 0 });
    expect(await list('?open=true')).toEqual([]);
    expect(await list('?open=false&source=ward&kind=content-mismatch')).toHaveLength(2);
    expect(await system.workerMetric(METRIC)).toBe(0);
    await contradict('p-contradicted', '2000-01-01');
    expect(await list('?open=true')).toHaveLength(1);
  });

  it('is listed and closed on the command line', async () => {
    const { stdout } = await attestry('list', '--source', 'ward');
    expect(stdout).toMatch(
      /^\d+ {2}content-mismatch {2}ward {2}Patient\/p-contradicted version 1 {2}birthDate,gender {2}seen 2x, last \S+Z {2}open\n$/,
    );
    const [open] = await list('?open=true');
    expect((await attestry('close', String(open!.id))).stdout).toBe('1 incident(s) closed\n');
    expect((await attestry('list')).stdout).toBe('');
    expect(JSON.parse((await attestry('list', '--all', '--json')).stdout)).toHaveLength(2);
    expect((await attestry('close', 'x')).status).toBe(2);
  });

  it.each(['?kind=other', '?open=maybe', '?limit=0', '?source='])('list refuses %s', async (query) => {
    const response = await system.get(`/v1/incidents${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'INCIDENT.INVALID_REQUEST' } },
    ]);
  });

  it('is looked for at declared sources only, and closed by its id', async () => {
    expect((await system.get('/v1/incidents?source=nowhere')).status).toBe(404);
    for (const body of [{}, { ids: [] }, { ids: ['1'] }]) expect((await close(body)).status).toBe(422);
  });
});

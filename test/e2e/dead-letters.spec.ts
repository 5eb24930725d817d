import { runAttestry } from '../../apps/cli/testing/run-attestry.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface ShownDeadLetter {
  readonly id: number;
  readonly source: string;
  readonly code: string;
}

let system: TestSystem;
let clinic: TestClinic;
beforeAll(async () => {
  system = await TestSystem.start();
  clinic = await TestClinic.start();
  await clinic.join(system);
});
afterAll(async () => {
  await system.stop();
  await clinic.stop();
});
beforeEach(async () => {
  await system.database.db.deleteFrom('inbox').execute();
});

const list = async (query = ''): Promise<readonly ShownDeadLetter[]> =>
  (await system.json<{ deadLetters: ShownDeadLetter[] }>(`/v1/dead-letters${query}`)).deadLetters;
const retry = (body: object | string): Promise<Response> =>
  system.post('/v1/dead-letters/retry', typeof body === 'string' ? body : JSON.stringify(body), {
    'content-type': 'application/json',
  });
const retried = async (body: object): Promise<{ matching: number; retried: number }> =>
  (await retry(body)).json() as Promise<{ matching: number; retried: number }>;

/** Notifications of resources that the clinic does not have: each becomes a dead letter. */
async function bury(...ids: readonly string[]): Promise<readonly ShownDeadLetter[]> {
  for (const id of ids) {
    const hint = { 'x-medplum-deleted-resource': `Patient/${id}` };
    expect((await system.notify('{}', hint, clinic.source)).status).toBe(200);
  }
  return eventually('dead letters', async () => {
    const letters = await list();
    return letters.length === ids.length && letters;
  });
}

const versionsOf = async (id: string): Promise<number> => {
  const response = await system.get(`/v1/records/clinic/Patient/${id}`);
  return response.ok ? ((await response.json()) as { versions: unknown[] }).versions.length : 0;
};

describe('requirement 15: dead letters and replay: dead letters', () => {
  it('are listed with their reason, newest first, page by page, and counted', async () => {
    const letters = await bury('none-1', 'none-2', 'none-3');
    expect(letters).toMatchObject(Array(3).fill({ source: 'clinic', code: 'NORMALISE.NOT_AT_SOURCE' }));
    const ids = letters.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(await list(`?limit=1&before=${ids[0]!}`)).toEqual([letters[1]]);
    expect(await list('?source=ward')).toEqual([]);
    expect(await list('?code=NORMALISE.NOT_AT_SOURCE&source=clinic')).toHaveLength(3);
    expect(await system.json('/v1/dead-letters/counts')).toEqual({
      counts: [{ source: 'clinic', code: 'NORMALISE.NOT_AT_SOURCE', count: 3 }],
    });
    expect(JSON.stringify(letters)).not.toContain('none-');
  });

  it('become record versions when they are tried again; trying again twice changes nothing', async () => {
    const [letter] = await bury('late');
    await clinic.put(patient('late', 1));
    await clinic.arrived(system);
    const size = (await system.checkpoint())!.size;
    expect(await retried({ ids: [letter!.id] })).toMatchObject({ matching: 1, retried: 1 });
    await system.settled();
    expect(await list()).toEqual([]);
    expect(await retried({ ids: [letter!.id] })).toMatchObject({ matching: 0, retried: 0 });
    await system.settled();
    expect((await system.checkpoint())!.size).toBe(size);
    expect(await versionsOf('late')).toBe(1);
  });

  it('come back when the reason is still there', async () => {
    const [letter] = await bury('never');
    expect(await retried({ source: 'clinic' })).toMatchObject({ retried: 1 });
    expect(await eventually('it again', async () => (await list())[0])).toMatchObject({ id: letter!.id });
  });

  it('are only counted in a dry run, and only those chosen are touched', async () => {
    const letters = await bury('none-4', 'none-5');
    expect(await retried({ all: true, dryRun: true })).toMatchObject({ matching: 2, retried: 0 });
    expect(await retried({ code: 'A.OTHER_CODE' })).toMatchObject({ matching: 0, retried: 0 });
    expect(await retried({ all: true, diedBefore: '2020-01-01T00:00:00Z' })).toMatchObject({ matching: 0 });
    expect(await retried({ all: true, limit: 1 })).toMatchObject({ matching: 2, retried: 1 });
    await eventually('it again', async () => (await list()).length === letters.length);
  });

  it.each([
    ['no choice', {}, 422],
    ['all, and a choice', { all: true, source: 'clinic' }, 422],
    ['a time alone', { diedBefore: '2026-01-01T00:00:00Z' }, 422],
    ['ids that are none', { ids: ['x'] }, 422],
    ['no ids', { ids: [] }, 422],
    ['something else', { ids: [1], force: true }, 422],
    ['what is not JSON', '{', 400],
    ['an unknown source', { source: 'nowhere' }, 404],
  ])('are not tried again for %s', async (_what, body, status) => {
    expect((await retry(body)).status).toBe(status);
  });

  it.each(['?limit=0', '?limit=1001', '?before=x', '?other=1', '?code=a'])('refuse %s', async (query) => {
    const response = await system.get(`/v1/dead-letters${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'DEAD_LETTER.INVALID_REQUEST' } },
    ]);
  });
});

describe('attestry dead-letter', () => {
  const attestry = (...args: readonly string[]) => runAttestry(['dead-letter', ...args, '--api', system.api]);

  it('lists and counts', async () => {
    const [letter] = await bury('none-6');
    expect((await attestry('list')).stdout).toMatch(
      new RegExp(`^${letter!.id}  clinic  NORMALISE.NOT_AT_SOURCE  1 tries  2\\S+Z\n$`),
    );
    expect((await attestry('list', '--counts')).stdout).toBe('clinic  NORMALISE.NOT_AT_SOURCE  1\n');
    expect(JSON.parse((await attestry('list', '--source', 'ward', '--json')).stdout)).toEqual([]);
  });

  it('says how many it would touch, and wants a yes for more than named ones', async () => {
    const [, letter] = await bury('none-7', 'none-8');
    expect((await attestry('retry', '--all', '--dry-run')).stdout).toBe('2 dead letter(s) match\n');
    const refused = await attestry('retry', '--source', 'clinic');
    expect([refused.status, refused.stderr]).toEqual([
      2,
      'attestry: USAGE.UNCONFIRMED: this would put back 2 dead letter(s)\n  Say --yes to do it.\n',
    ]);
    expect((await attestry('retry')).stderr).toContain('USAGE.INVALID');
    const one = await attestry('retry', '--id', String(letter!.id), '--json');
    expect(JSON.parse(one.stdout)).toEqual({ matching: 1, retried: 1 });
    await eventually('it again', async () => (await list()).length === 2);
    expect((await attestry('retry', '--all', '--yes')).stdout).toBe('2 dead letter(s) match\n2 put back\n');
    await eventually('them again', async () => (await list()).length === 2);
  });
});

import { sql } from 'kysely';
import { canonicalise, parseEvidence, sha256, toHex, utf8, viewDigests, parseResource } from '#core';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface Version {
  readonly version: string;
  readonly index: number;
  readonly standing: string;
  readonly interaction: string;
}

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

const versionsOf = async (id: string): Promise<readonly Version[]> =>
  (await system.json<{ versions: Version[] }>(`/v1/records/${WARD.name}/Patient/${id}`)).versions;
const outcomes = (outcome: string): Promise<number> =>
  system.workerMetric(`attestry_normalise_items_total{outcome="${outcome}"}`);

describe('requirements 5 and 6, each version once, in the order of its history: a record version', () => {
  it('has one entry, whatever arrives twice, late or out of order', async () => {
    const known = await outcomes('duplicates');
    const sent = [3, 1, 2, 1, 3, 3, 2, 1];
    await Promise.all(sent.slice(0, 4).map((version) => system.notify(patient('often', version))));
    await system.settled();
    for (const version of sent.slice(4)) await system.notify(patient('often', version));
    await system.settled();
    expect((await versionsOf('often')).map(({ version, standing }) => [version, standing])).toEqual([
      ['3', 'current'],
      ['2', 'superseded'],
      ['1', 'superseded'],
    ]);
    expect(await entriesOf('often')).toBe(3);
    expect(await outcomes('duplicates')).toBe(known + 5);
    expect(await outcomes('conflicts')).toBe(0);
  });

  it('is never overwritten by other content under the same version, in one batch or in another', async () => {
    const conflicts = await outcomes('conflicts');
    const first = patient('rewritten', 1, { gender: 'female' });
    await system.notify(first);
    await system.settled();
    const before = await evidenceOf('rewritten');
    await Promise.all([
      system.notify(patient('rewritten', 1, { gender: 'male' })),
      system.notify(patient('rewritten', 1, { gender: 'other' })),
      system.notify(first),
    ]);
    await system.settled();
    expect(await entriesOf('rewritten')).toBe(1);
    expect((await evidenceOf('rewritten')).statement).toEqual(before.statement);
    expect(await outcomes('conflicts')).toBe(conflicts + 2);
    expect(await verdictOf(first)).toMatchObject({ match: 'exact', standing: 'current' });
    expect(await verdictOf(patient('rewritten', 1, { gender: 'male' }))).toMatchObject({ match: 'partial' });
  });

  it('stands where its lastUpdated puts it, not where it arrived', async () => {
    // The newest arrives first; versions that are no numbers tell no order.
    const at = (versionId: string, lastUpdated: string) => ({
      ...patient('ordered', 1),
      meta: { versionId, lastUpdated },
    });
    await system.notify(at('b', '2026-03-01T12:00:00.5+01:00'));
    await system.settled();
    await system.notify(at('a', '2026-03-01T12:00:00Z'));
    await system.notify(at('c', '2026-03-01T11:00:00.499Z'));
    await system.settled();
    expect((await versionsOf('ordered')).map(({ version, standing }) => [version, standing])).toEqual([
      ['a', 'current'],
      ['b', 'superseded'],
      ['c', 'superseded'],
    ]);
  });

  it('is the same record under two sources only by name', async () => {
    const elsewhere = { ...WARD, name: 'elsewhere', base: 'http://127.0.0.1:9/other' };
    await system.declare(elsewhere);
    await system.notify(patient('shared', 1));
    await system.notify(patient('shared', 2), {}, elsewhere);
    await system.settled();
    expect(await versionsOf('shared')).toMatchObject([{ version: '1', standing: 'current' }]);
    expect(await entriesOf('shared')).toBe(2);
  });
});

describe('the statement of a record version', () => {
  it('names it, and shows neither view nor any element by a digest that could be guessed', async () => {
    const resource = patient('stated', 1, { gender: 'female' });
    await system.notify(resource, { 'x-medplum-interaction': 'create' });
    await system.settled();
    const { statement } = await evidenceOf('stated');
    expect(statement).toMatchObject({
      attestry: 1,
      source: WARD.base,
      fhirVersion: '4.0.1',
      type: 'Patient',
      id: 'stated',
      version: '1',
      interaction: 'create',
      lastUpdated: '2026-01-01T00:00:01.000Z',
      elements: { count: 5 },
    });
    const text = JSON.stringify(statement);
    const body = JSON.stringify(resource);
    const views = viewDigests(parseResource(body), WARD.base);
    const guesses = [views.exact, views.portable, sha256(utf8(body)), sha256(utf8(canonicalise(body)))];
    for (const element of ['{"gender":"female"}', '{"birthDate":"1970-01-01"}'])
      guesses.push(sha256(utf8(element)));
    for (const guess of guesses) expect(text).not.toContain(toHex(guess));
    expect(text).not.toContain('female');
  });

  it('has salts of its own: the same content twice looks like nothing', async () => {
    await system.notify(patient('twice', 1));
    await system.notify(patient('twice', 2));
    await system.settled();
    const [newer, older] = await versionsOf('twice');
    const [one, other] = await Promise.all([newer, older].map((version) => evidenceAt(version!.index)));
    for (const member of ['exact', 'portable', 'salt'] as const)
      expect(one!.statement[member]).not.toBe(other!.statement[member]);
    expect(one!.statement.elements?.root).not.toBe(other!.statement.elements?.root);
  });
});

async function entriesOf(id: string): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*) as entries from record join entry on entry.record_id = record.id
    where resource_id = ${id}`.execute(system.database.db);
  return rows[0]!.entries;
}

async function evidenceAt(index: number) {
  return parseEvidence(await (await system.get(`/v1/evidence/${index}`)).text());
}

async function evidenceOf(id: string) {
  return evidenceAt((await versionsOf(id))[0]!.index);
}

async function verdictOf(resource: object): Promise<unknown> {
  return (await system.post('/v1/verify', JSON.stringify(resource))).json();
}

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { FhirVersion, SourceDeclaration } from '#ports';
import { startCuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface Version {
  readonly version: string;
  readonly obtained: string;
  readonly warnings: readonly string[];
}

const stops: (() => unknown)[] = [];
let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await system.stop();
});

async function startClinic(name: string, settings: SourceDeclaration['settings'] = {}): Promise<TestClinic> {
  const clinic = await TestClinic.start({ name, settings: { ...WARD.settings, ...settings } });
  stops.push(() => clinic.stop());
  await system.declare(clinic.source);
  return clinic;
}

/** A source that nobody can ask. */
async function declare(name: string, more: Partial<SourceDeclaration> = {}): Promise<SourceDeclaration> {
  const source = { ...WARD, name, base: `http://127.0.0.1:9/${name}`, ...more };
  await system.declare(source);
  return source;
}

const bundleOf = (type: string, ...entry: object[]) => ({ resourceType: 'Bundle', type, entry });
const entryOf = (resource: object) => ({ resource });

async function send(body: object | string, source: SourceDeclaration): Promise<void> {
  const response = await system.notify(body, {}, source);
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
  await system.settled();
}
async function versionsOf(source: SourceDeclaration, reference: string): Promise<readonly Version[]> {
  const response = await system.get(`/v1/records/${source.name}/${reference}`);
  return response.ok ? ((await response.json()) as { versions: Version[] }).versions : [];
}
async function deadLetters({ name }: SourceDeclaration): Promise<readonly string[]> {
  const { deadLetters: letters } = await system.json<{ deadLetters: { code: string }[] }>(
    `/v1/dead-letters?source=${name}`,
  );
  return letters.map(({ code }) => code);
}
const retryAll = ({ name }: SourceDeclaration): Promise<Response> =>
  system.post('/v1/dead-letters/retry', JSON.stringify({ source: name, limit: 100 }), {
    'content-type': 'application/json',
  });

describe('requirement 13, to the letter: what is hashed', () => {
  it('is a signed body as it came, unless the source is set to be read again always', async () => {
    const trusted = await startClinic('trusted');
    const wary = await startClinic('wary', { bodies: 'never' });
    for (const clinic of [trusted, wary]) {
      const held = await clinic.put(patient('p1', 1));
      await send({ ...held, gender: 'unknown' }, clinic.source);
    }
    expect(await versionsOf(trusted.source, 'Patient/p1')).toMatchObject([{ obtained: 'notified' }]);
    expect(await versionsOf(wary.source, 'Patient/p1')).toMatchObject([{ obtained: 'read' }]);
    const verdict = await system.post('/v1/verify', await wary.read('Patient/p1'));
    expect(await verdict.json()).toMatchObject({ match: 'exact', record: { source: 'wary' } });
  });

  it('is, where nothing is signed, the version that was spoken of, though it is no longer current', async () => {
    const clinic = await TestClinic.start({
      name: 'unsigned',
      authentication: { kind: 'header', header: 'X-Secret', secret: 'a secret of the unsigned clinic' },
    });
    stops.push(() => clinic.stop());
    await system.declare(clinic.source);
    const first = await clinic.put(patient('p1', 1));
    await clinic.put(patient('p1', 1, { gender: 'female' }));
    await send(first, clinic.source);
    expect(await versionsOf(clinic.source, 'Patient/p1')).toMatchObject([{ version: '1', obtained: 'read' }]);
  });

  it.each<[FhirVersion]>([['R4'], ['R4B'], ['R5']])(
    'survives to the letter in %s: contained resources, siblings, nulls and digits',
    async (fhirVersion) => {
      const source = await declare(`letter-${fhirVersion.toLowerCase()}`, { fhirVersion });
      const content =
        '"_given":[null,{"id":"g"}],"amount":66.899999999999991,"big":9007199254740993,' +
        '"contained":[{"birthDate":"1970","id":"c","resourceType":"Patient"}],"given":["a",null],"id":"l",' +
        '"ratio":1.00,"resourceType":"Basic","subject":{"reference":"#c"}';
      await send(`{"meta":{"versionId":"1"}, ${content.replaceAll('":', '" : ')}}`, source);
      const { rows } = await sql<{ exact: string }>`
        select encode(exact, 'hex') as exact from record join source on source.id = source_id
        where source.name = ${source.name}`.execute(system.database.db);
      // Already sorted and without white space: SHA-256 of the text is the digest.
      expect(rows).toEqual([{ exact: createHash('sha256').update(`{${content}}`).digest('hex') }]);
    },
  );
});

describe('a Bundle', () => {
  it('loses none of its resources over one that cannot be used, which is kept by itself', async () => {
    const clinic = await startClinic('parts');
    await send(
      bundleOf(
        'history',
        entryOf(patient('good', 1)),
        entryOf({ resourceType: 'Patient' }),
        entryOf({ ...patient('!', 1) }),
        { request: { method: 'PUT', url: 'Patient/later' } },
        entryOf(patient('better', 1)),
      ),
      clinic.source,
    );
    for (const id of ['good', 'better'])
      expect(await versionsOf(clinic.source, `Patient/${id}`)).toMatchObject([{ version: '1' }]);
    const codes = ['NORMALISE.INVALID_NAME', 'NORMALISE.NOT_AT_SOURCE', 'RESOURCE.NOT_A_RESOURCE'];
    expect([...(await deadLetters(clinic.source))].sort()).toEqual(codes);

    await clinic.put(patient('later', 1));
    expect((await retryAll(clinic.source)).status).toBe(200);
    await system.settled();
    expect(await versionsOf(clinic.source, 'Patient/later')).toMatchObject([{ obtained: 'read' }]);
    expect([...(await deadLetters(clinic.source))].sort()).toEqual(codes.toSpliced(1, 1));
  });

  it('waits as a whole while its source does not answer', async () => {
    const clinic = await TestClinic.start();
    stops.push(() => clinic.stop());
    const proxy = await startCuttableProxy(Number(new URL(clinic.sandbox.base).port));
    stops.push(() => proxy.close());
    const source = await declare('away', { base: `http://127.0.0.1:${proxy.port}/fhir` });
    await clinic.put(patient('p2', 1));
    proxy.cut();
    const body = bundleOf('history', entryOf(patient('p1', 1)), {
      request: { method: 'PUT', url: 'Patient/p2' },
    });
    expect((await system.notify(body, {}, source)).status).toBe(200);
    await eventually('a try', async () => {
      const { rows } = await sql<{ tried: number }>`
        select count(*) as tried from inbox where state = 'waiting' and attempts > 0`.execute(
        system.database.db,
      );
      return Number(rows[0]?.tried) > 0;
    });
    expect(await versionsOf(source, 'Patient/p1')).toEqual([]);
    proxy.mend();
    await system.settled();
    expect(await versionsOf(source, 'Patient/p1')).toMatchObject([{ obtained: 'notified' }]);
    expect(await versionsOf(source, 'Patient/p2')).toMatchObject([{ obtained: 'read' }]);
  });

  it('of five thousand versions is as many records', async () => {
    const source = await declare('many');
    const entries = Array.from({ length: 5_000 }, (_, at) => entryOf(patient(`m${at % 50}`, 1 + at)));
    await send(bundleOf('history', ...entries), source);
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from record join source on source.id = source_id
      where source.name = 'many'`.execute(system.database.db);
    expect(Number(rows[0]?.count)).toBe(5_000);
  });

  it('that is stored is a record itself, and so is what it holds', async () => {
    const clinic = await startClinic('documents');
    const held = await clinic.put(patient('p1', 1));
    const document = {
      ...bundleOf('document', { fullUrl: `${clinic.sandbox.base}/Patient/p1`, resource: held }),
      id: 'doc',
      meta: { versionId: '4' },
    };
    await send(document, clinic.source);
    expect(await versionsOf(clinic.source, 'Bundle/doc')).toMatchObject([{ version: '4' }]);
    expect(await versionsOf(clinic.source, 'Patient/p1')).toMatchObject([{ obtained: 'read' }]);
  });
});

describe('structure validation', () => {
  const faulty = patient('p1', 1, { active: 'yes', gender: 'Marie' });

  it('records what it finds, by path, with the version', async () => {
    const source = await declare('warned', { settings: { ...WARD.settings, validation: 'warn' } });
    await send(faulty, source);
    const [version] = await versionsOf(source, 'Patient/p1');
    expect(version?.warnings).toContain('error structure Patient.active');
    expect(version?.warnings.join()).not.toMatch(/yes|Marie/);
  });

  it('that rejects keeps a dead letter, and takes what is valid', async () => {
    const source = await declare('strict', { settings: { ...WARD.settings, validation: 'reject' } });
    await send(faulty, source);
    await send(patient('p2', 1), source);
    expect(await versionsOf(source, 'Patient/p1')).toEqual([]);
    expect(await versionsOf(source, 'Patient/p2')).toMatchObject([{ warnings: [] }]);
    expect(await deadLetters(source)).toEqual(['NORMALISE.INVALID_STRUCTURE']);
  });
});

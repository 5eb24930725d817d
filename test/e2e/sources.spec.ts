import type { Bundle, Subscription } from '@medplum/fhirtypes';
import { SOURCE_DEFAULTS, type SourceDeclaration } from '#ports';
import { startCuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { tablesWith } from '../support/search-database.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem, type TestSystemOptions } from '../support/test-system.js';

const SECRET = 'what only the clinic and Attestry know';
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSystem(options?: TestSystemOptions): Promise<TestSystem> {
  const system = await TestSystem.start(options);
  stops.push(() => system.stop());
  return system;
}
async function startClinic(declaration?: Partial<SourceDeclaration>): Promise<TestClinic> {
  const clinic = await TestClinic.start(declaration);
  stops.push(() => clinic.stop());
  return clinic;
}

const declare = (system: TestSystem, declaration: unknown): Promise<Response> =>
  system.post('/v1/sources', typeof declaration === 'string' ? declaration : JSON.stringify(declaration), {
    'content-type': 'application/json',
  });

async function subscriptionsOf({ sandbox }: TestClinic): Promise<readonly Subscription[]> {
  const bundle = (await (await fetch(`${sandbox.base}/Subscription`)).json()) as Bundle<Subscription>;
  return (bundle.entry ?? []).map(({ resource }) => resource!);
}

const known = async (system: TestSystem, path: string): Promise<boolean> =>
  (await system.get(`/v1/records/${path}`)).status === 200;

describe('a source that is declared', () => {
  it('delivers its changes from then on, by one Subscription a criterion', async () => {
    const system = await startSystem();
    const clinic = await startClinic({ criteria: ['Patient', 'Observation?status=final'] });
    await clinic.put(patient('before', 1));
    const response = await declare(system, clinic.source);
    expect(response.status).toBe(200);
    const { subscriptions, ...shown } = (await response.json()) as { subscriptions: string[] };
    expect(shown).toEqual({
      name: 'clinic',
      base: clinic.source.base,
      fhirVersion: 'R4',
      authentication: 'hmac',
      rotating: false,
      access: 'none',
      criteria: ['Patient', 'Observation?status=final'],
      settings: { ...SOURCE_DEFAULTS, privateHosts: ['127.0.0.1'] },
    });
    const held = await subscriptionsOf(clinic);
    expect(held.map(({ id }) => id).sort()).toEqual([...subscriptions].sort());
    for (const { status, channel } of held)
      expect([status, channel]).toMatchObject([
        'active',
        { type: 'rest-hook', endpoint: `${system.api}/intake/clinic`, payload: 'application/fhir+json' },
      ]);

    await clinic.put(patient('after', 1));
    for (const status of ['final', 'preliminary'])
      await clinic.put({ resourceType: 'Observation', id: status, status, code: { text: 'x' } });
    await clinic.arrived(system);
    expect(await known(system, 'clinic/Patient/after')).toBe(true);
    expect(await known(system, 'clinic/Observation/final')).toBe(true);
    expect(await known(system, 'clinic/Observation/preliminary')).toBe(false);
    expect(await known(system, 'clinic/Patient/before')).toBe(false);
  });

  it('again keeps its Subscriptions, and takes a new secret', async () => {
    const system = await startSystem();
    const clinic = await startClinic();
    const idsAfter = async (source: unknown): Promise<unknown> =>
      ((await (await declare(system, source)).json()) as { subscriptions: unknown }).subscriptions;
    const first = await idsAfter(clinic.source);
    expect(await idsAfter(clinic.source)).toEqual(first);
    const authentication = { kind: 'hmac', secret: 'a new secret that is long enough' } as const;
    expect(await idsAfter({ ...clinic.source, authentication })).toEqual(first);
    expect(await subscriptionsOf(clinic)).toHaveLength(1);
    await clinic.put(patient('p1', 1));
    await clinic.arrived(system);
    expect(await known(system, 'clinic/Patient/p1')).toBe(true);
    const old = await system.notify(patient('p2', 1), {}, clinic.source);
    expect(old.status).toBe(401);
    expect(clinic.sandbox.deliveries()).toMatchObject({ failed: 0, attempts: 1 });
  });

  it('loses nothing while its secret is replaced', async () => {
    const system = await startSystem();
    const clinic = await startClinic();
    await clinic.join(system);
    const headers = { 'content-type': 'application/json' };
    const rotate = (path: string, body: object) =>
      system.post(`/v1/sources/${path}`, JSON.stringify(body), headers);
    const secret = 'the secret after the first one';
    const response = await rotate('clinic/secret', { secret });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { name: 'clinic', rotating: true, subscriptions: [expect.any(String)] },
    ]);
    await clinic.put(patient('by-new', 1));
    await clinic.arrived(system);
    expect(await known(system, 'clinic/Patient/by-new')).toBe(true);
    expect((await system.notify(patient('by-old', 1), {}, clinic.source)).status).toBe(200);
    // Once more with the same secret forgets nothing: the first answer may have been lost.
    expect(await (await rotate('clinic/secret', { secret })).json()).toMatchObject({ rotating: true });
    expect(await (await rotate('clinic/secret/finish', {})).json()).toMatchObject({ rotating: false });
    await eventually('the old secret to be refused', async () => {
      const old = await system.notify(patient('by-old', 2), {}, clinic.source);
      return old.status === 401;
    });
    const renewed = { ...clinic.source, authentication: { kind: 'hmac', secret } } as const;
    expect((await system.notify(patient('by-old', 2), {}, renewed)).status).toBe(200);
    expect((await rotate('nobody/secret', { secret })).status).toBe(404);
    expect((await rotate('nobody/secret/finish', {})).status).toBe(404);
    expect((await rotate('clinic/secret', { secret: 'short' })).status).toBe(422);
    expect(await (await system.get('/v1/sources')).text()).not.toContain(secret);
  });

  it('may prove itself by a secret in a header of its choice', async () => {
    const system = await startSystem();
    const clinic = await startClinic({
      authentication: { kind: 'header', header: 'X-Clinic-Secret', secret: SECRET },
    });
    await clinic.join(system);
    await clinic.put(patient('p1', 1));
    await clinic.delete('Patient/p1');
    await clinic.arrived(system);
    const { versions } = await system.json<{ versions: object[] }>('/v1/records/clinic/Patient/p1');
    expect(versions).toMatchObject([{ interaction: 'delete' }, { interaction: 'create' }]);
  });

  it('never shows its secret again, nor leaves it readable in the database', async () => {
    const system = await startSystem();
    for (const kind of ['hmac', 'header'] as const) {
      const clinic = await startClinic({
        name: `by-${kind}`,
        authentication:
          kind === 'hmac' ? { kind, secret: SECRET } : { kind, header: 'X-Clinic-Secret', secret: SECRET },
      });
      expect(await (await declare(system, clinic.source)).text()).not.toContain(SECRET);
    }
    const list = await (await system.get('/v1/sources')).text();
    expect(JSON.parse(list)).toMatchObject([
      { name: 'by-header', authentication: 'header' },
      { name: 'by-hmac', authentication: 'hmac' },
      { name: 'ward' },
    ]);
    expect(list).not.toContain(SECRET);
    expect(await tablesWith(system.database.db, SECRET)).toEqual([]);
    expect(await tablesWith(system.database.db, 'by-hmac')).toEqual(['public.source']);
  });
});

describe('a declaration', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await TestSystem.start({ withoutWorker: true });
  });
  afterAll(() => system.stop());
  const names = async (): Promise<string[]> =>
    (await system.json<{ name: string }[]>('/v1/sources')).map(({ name }) => name);

  it('is refused with every fault by name, and without what it said', async () => {
    const response = await declare(system, {
      name: 'Ward A',
      base: 'https://fhir.example.org/r4/',
      fhirVersion: 'R6',
      authentication: { kind: 'hmac', secret: 'too short' },
      criteria: [],
      extra: true,
    });
    const text = await response.text();
    expect(response.status).toBe(422);
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    expect(error.code).toBe('SOURCE.INVALID_DECLARATION');
    for (const fault of [
      'name: ',
      'base: ',
      'fhirVersion: ',
      'authentication.secret: ',
      'criteria: ',
      'extra',
    ])
      expect(error.message).toContain(fault);
    for (const word of ['too short', 'Ward A', 'example.org']) expect(text).not.toContain(word);
    expect(await system.json('/v1/sources')).toMatchObject([{ name: 'ward' }]);
  });

  it.each([
    ['what is not JSON', '{', 400],
    ['an array', '[]', 422],
    ['nothing', '', 400],
    ['an unknown kind of proof', { ...WARD, authentication: { kind: 'none' } }, 422],
    ['a base that is no web address', { ...WARD, base: 'file:///etc/passwd' }, 422],
    ['a criterion that is none', { ...WARD, criteria: ['Patient', 'not one'] }, 422],
    [
      'structure validation of what is not R4',
      { ...WARD, fhirVersion: 'R5', settings: { validation: 'warn' } },
      422,
    ],
    ['a name that leads elsewhere', { ...WARD, name: '../admin' }, 422],
  ])('is refused: %s', async (_what, declaration, status) => {
    expect((await declare(system, declaration)).status).toBe(status);
  });

  it('stays when its FHIR server is away, and says so', async () => {
    const away = { ...WARD, name: 'away', base: 'http://127.0.0.1:9/away' };
    const response = await declare(system, away);
    expect(response.headers.get('retry-after')).toBe('1');
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: 'SOURCE.UNAVAILABLE', advice: 'retry' } },
    ]);
    expect(await names()).toContain('away');
    expect((await system.notify(patient('p1', 1), {}, away)).status).toBe(200);
  });

  it('of a FHIR server that has a name already is refused: its versions would be logged twice', async () => {
    const response = await declare(system, { ...WARD, name: 'ward-again' });
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { code: 'SOURCE.BASE_IN_USE' } },
    ]);
    expect(await names()).not.toContain('ward-again');
  });

  it('that its FHIR server refuses is answered so', async () => {
    const clinic = await startClinic({ criteria: ['NoSuchType'] });
    const response = await declare(system, clinic.source);
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { error: { code: 'SOURCE.REFUSED' } },
    ]);
  });
});

describe('sources of the configuration', () => {
  it('deliver once their FHIR servers are up, each by itself', async () => {
    const clinic = await startClinic();
    const proxy = await startCuttableProxy(Number(new URL(clinic.sandbox.base).port));
    stops.push(() => proxy.close());
    proxy.cut();
    const late = { ...clinic.source, base: `http://127.0.0.1:${proxy.port}/fhir` };
    const dead = { ...WARD, name: 'dead', base: 'http://127.0.0.1:9/dead' };
    const settings = { ATTESTRY_SOURCES: JSON.stringify([dead, late]) };
    const system = await startSystem({ settings });
    expect(await system.json('/v1/sources')).toMatchObject([{ name: 'clinic' }, { name: 'dead' }, {}]);
    expect(await subscriptionsOf(clinic)).toEqual([]);
    proxy.mend();
    await eventually('a Subscription', async () => (await subscriptionsOf(clinic))[0]?.status === 'active');
    await clinic.put(patient('p1', 1));
    await clinic.arrived(system);
    expect(await known(system, 'clinic/Patient/p1')).toBe(true);
  });
});

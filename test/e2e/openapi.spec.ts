import { faultsOf, type JsonSchema } from '../support/json-schema.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string }[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema?: JsonSchema }> }>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let system: TestSystem;
let clinic: TestClinic;
let document: OpenApi;
beforeAll(async () => {
  system = await TestSystem.start();
  clinic = await TestClinic.start();
  document = await system.json<OpenApi>('/openapi.json');
});
afterAll(async () => {
  await system.stop();
  await clinic.stop();
});

describe('the OpenAPI document', () => {
  it('has every route, with a summary and the answers', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // It describes what partners and sources use: neither itself nor what only Prometheus reads.
    const routes = system.routes().filter((route) => !/ \/(docs|openapi\.json|metrics)/.test(route));
    expect(routes.length).toBeGreaterThan(10);
    expect(documented.sort()).toEqual(routes.map(asTemplate).sort());
    for (const operations of Object.values(document.paths))
      for (const { summary, responses } of Object.values(operations)) {
        expect(summary).toMatch(/\w{3}/);
        expect(Object.keys(responses)).toContain('200');
      }
  });

  it('names the parameters that the paths have, and no others', () => {
    for (const [path, operations] of Object.entries(document.paths))
      for (const { parameters = [] } of Object.values(operations)) {
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath);
      }
  });

  it('has a page to read it, all from this server', async () => {
    const page = await (await system.get('/docs')).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('describes the answers that are given', async () => {
    await clinic.put(patient('p1', 1));
    const headers = { 'content-type': 'application/json' };
    await expectDocumented(
      'post',
      '/v1/sources',
      system.post('/v1/sources', JSON.stringify(clinic.source), headers),
    );
    await expectDocumented('get', '/v1/sources', system.get('/v1/sources'));
    await clinic.put(patient('p1', 1, { gender: 'female' }));
    await clinic.arrived(system);
    for (const resource of [
      await clinic.read('Patient/p1'),
      JSON.stringify(patient('p1', 1)),
      '{"resourceType":"Basic"}',
    ])
      await expectDocumented('post', '/v1/verify', system.post('/v1/verify', resource));
    const records = '/v1/records/{source}/{type}/{id}';
    await expectDocumented('get', records, system.get('/v1/records/clinic/Patient/p1'));
    for (const path of ['/v1/dead-letters', '/v1/dead-letters/counts', '/v1/incidents', '/v1/sources/status'])
      await expectDocumented('get', path, system.get(path));
    await expectDocumented('get', '/v1/sources/{source}/status', system.get('/v1/sources/clinic/status'));
    await expectDocumented('get', '/v1/evidence/{index}', system.get('/v1/evidence/0'));
  });
});

/** `GET /v1/records/:source` as OpenAPI writes it. */
function asTemplate(route: string): string {
  return route.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');
}

async function expectDocumented(method: string, path: string, answer: Promise<Response>): Promise<void> {
  const response = await answer;
  expect(response.status).toBe(200);
  const type = response.headers.get('content-type')!.split(';', 1)[0]!;
  const schema = document.paths[path]?.[method]?.responses['200']?.content?.[type]?.schema;
  expect(schema).toBeDefined();
  expect(faultsOf(await response.json(), schema!)).toEqual([]);
}

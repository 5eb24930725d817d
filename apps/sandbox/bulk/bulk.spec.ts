import { startSandbox, type Sandbox } from '../index.js';
import { ask, patient } from '../testing/fhir-client.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ exportFileSize: 4 });
  for (let n = 0; n < 10; n++) await ask(sandbox, 'PUT', `Patient/p${n}`, patient(`p${n}`));
  await ask(sandbox, 'PUT', 'Basic/b', '{"resourceType":"Basic","id":"b","x":1.00}');
  await ask(sandbox, 'DELETE', 'Patient/p0');
});
afterAll(() => sandbox.close());

interface Manifest {
  readonly transactionTime: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly { readonly type: string; readonly url: string; readonly count: number }[];
  readonly deleted: Manifest['output'];
}

const kickOff = (query = '', prefer = 'respond-async') =>
  fetch(`${sandbox.base}/$export${query}`, { headers: { prefer, accept: 'application/fhir+json' } });

async function exported(query = ''): Promise<{ status: string; manifest: Manifest }> {
  const started = await kickOff(query);
  expect(started.status).toBe(202);
  const status = started.headers.get('content-location') ?? '';
  const running = await fetch(status);
  expect([running.status, running.headers.get('retry-after')]).toEqual([202, '1']);
  expect(running.headers.get('x-progress')).toBeTruthy();
  const complete = await fetch(status);
  expect(complete.status).toBe(200);
  expect(complete.headers.get('content-type')).toContain('application/json');
  return { status, manifest: (await complete.json()) as Manifest };
}

async function lines(files: Manifest['output']): Promise<string[]> {
  const found: string[] = [];
  for (const { url, count } of files) {
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toContain('application/fhir+ndjson');
    const text = await response.text();
    expect(text.split('\n')).toHaveLength(count + 1);
    found.push(...text.split('\n').slice(0, -1));
  }
  return found;
}

describe('$export', () => {
  it('gives everything in files by type, every number as it was', async () => {
    const { manifest } = await exported();
    expect(manifest).toMatchObject({ requiresAccessToken: false, deleted: [] });
    expect(manifest.output.map(({ type, count }) => [type, count])).toEqual([
      ['Patient', 4],
      ['Patient', 4],
      ['Patient', 1],
      ['Basic', 1],
    ]);
    const all = await lines(manifest.output);
    expect(all.at(-1)).toContain('"x":1.00');
    expect(all[0]).toBe(await (await fetch(`${sandbox.base}/Patient/p1`)).text());
  });

  it('gives what changed since an instant, and what was deleted', async () => {
    const { json } = await ask(sandbox, 'GET', 'Patient/p8');
    const since = (json['meta'] as { lastUpdated: string }).lastUpdated;
    const { manifest } = await exported(`?_type=Patient&_since=${encodeURIComponent(since)}`);
    const ids = (await lines(manifest.output)).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids.filter((id) => id !== 'p9')).toEqual([]);
    const [bundle] = await lines(manifest.deleted);
    expect(JSON.parse(bundle ?? '')).toEqual({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url: 'Patient/p0' } }],
    });
  });

  it('is forgotten when it is deleted', async () => {
    const { status, manifest } = await exported();
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
    expect((await fetch(status)).status).toBe(404);
    expect((await fetch(manifest.output[0]!.url)).status).toBe(404);
  });

  it.each(['?_type=Foo', '?_since=yesterday'])('refuses %s', async (query) => {
    expect((await kickOff(query)).status).toBe(400);
  });

  it('has the faults that reads have, and wants respond-async', async () => {
    expect((await kickOff('', 'wait=5')).status).toBe(400);
    sandbox.faults.set({ answer429: 1 });
    expect((await kickOff()).status).toBe(429);
    sandbox.faults.set({});
  });
});

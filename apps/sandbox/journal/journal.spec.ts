import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../index.js';
import { startReceiver } from '../testing/webhook-receiver.js';

let folder: string;
let journal: string;
let sandbox: Sandbox | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-journal-'));
  journal = join(folder, 'sandbox.ndjson');
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await sandbox?.close();
  sandbox = await startSandbox({ journal, delivery: { backoffMs: 10, attempts: 2 } });
}

async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sandbox!.base}/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/fhir+json' }, body }),
  });
  // The base changes with the port.
  return { status: response.status, text: (await response.text()).replaceAll(sandbox!.base, '') };
}

const put = (path: string, content: string) => {
  const [resourceType, id] = path.split('/');
  return ask('PUT', path, `{"resourceType":"${resourceType!}","id":"${id!}"${content}}`);
};

const version = (versionId: string, more: object = {}) => {
  const meta = { versionId, lastUpdated: '2025-01-01T00:00:00Z' };
  const interaction = versionId === '1' ? 'create' : 'update';
  const resource = { resourceType: 'Patient', id: 'p', meta };
  return `${JSON.stringify({ type: 'Patient', id: 'p', ...meta, interaction, resource, ...more })}\n`;
};

describe('a sandbox with a journal, started again', () => {
  it('holds every version as it was, to the last digit, and counts on', async () => {
    await restart();
    const numbers = '"valueQuantity":{"value":1.00,"x":[1e3,-0,0.10,12345678901234567890]}';
    await put('Observation/o', `,"status":"final",${numbers},"__proto__":{"é":"\\u2028"}`);
    await put('Observation/o', ',"status":"amended"');
    await put('Patient/gone', '');
    await ask('DELETE', 'Patient/gone');
    const before = await ask('GET', '_history');
    await restart();
    expect(await ask('GET', '_history')).toEqual(before);
    expect((await ask('GET', 'Observation/o/_history/1')).text).toContain(numbers);
    expect((await ask('GET', 'Patient/gone')).status).toBe(410);
    expect(JSON.parse((await ask('GET', 'Observation?status=amended')).text)).toMatchObject({ total: 1 });
    expect(JSON.parse((await ask('GET', 'Patient?_id=gone')).text)).toMatchObject({ total: 0 });
    expect(JSON.parse((await put('Observation/o', ',"status":"final"')).text)).toMatchObject({
      meta: { versionId: '3' },
    });
    expect(await put('Patient/gone', '')).toMatchObject({ status: 201 });
    const later = await ask('GET', '_history');
    await restart();
    expect(await ask('GET', '_history')).toEqual(later);
    expect(JSON.parse(later.text)).toMatchObject({ total: 6 });
  });

  it('knows nothing of a transaction that failed', async () => {
    await restart();
    await put('Patient/p', ',"gender":"other"');
    const entry = (id: string, url: string) =>
      `{"resource":{"resourceType":"Patient","id":"${id}"},"request":{"method":"PUT","url":"${url}"}}`;
    const entries = [entry('p', 'Patient/p'), entry('q', 'Patient/q'), entry('r', 'Patient/mismatch')];
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`;
    expect((await ask('POST', '', bundle)).status).toBe(400);
    await restart();
    expect(JSON.parse((await ask('GET', '_history')).text)).toMatchObject({ total: 1 });
  });

  it('keeps the journal to its owner', async () => {
    await restart();
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
  });
});

describe('Subscriptions of a journal', () => {
  const subscription = (endpoint: string, status: string, criteria = 'Patient') =>
    `,"status":"${status}","reason":"test","criteria":"${criteria}","channel":{"type":"rest-hook","endpoint":"${endpoint}","payload":"application/fhir+json"}`;
  const statusOf = async (id: string) =>
    (JSON.parse((await ask('GET', `Subscription/${id}`)).text) as { status: string }).status;

  it('deliver again, in the state in which they were', async () => {
    const receiver = await startReceiver();
    const refusing = await startReceiver(() => 500);
    try {
      await restart();
      await put('Subscription/on', subscription(receiver.endpoint, 'requested'));
      await put('Subscription/off', subscription(receiver.endpoint, 'off'));
      await put('Subscription/failing', subscription(refusing.endpoint, 'requested', 'Basic'));
      await put('Basic/b', '');
      while ((await statusOf('failing')) !== 'error') await new Promise((resolve) => setTimeout(resolve, 5));
      const before = await ask('GET', 'Subscription/_history');
      await restart();
      expect(await ask('GET', 'Subscription/_history')).toEqual(before);
      await put('Basic/b', '');
      await put('Patient/p', '');
      const received = await receiver.waitFor(1);
      expect(received.map(({ headers }) => headers['x-medplum-subscription'])).toEqual(['on']);
      expect(sandbox!.deliveries()).toMatchObject({ attempts: 1 });
    } finally {
      await receiver.close();
      await refusing.close();
    }
  });

  it('are activated when the end came before that', async () => {
    await restart();
    await put('Subscription/s', subscription('http://127.0.0.1:9', 'requested'));
    await sandbox!.close();
    const [requested] = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, `${requested!}\n`);
    sandbox = undefined;
    await restart();
    expect(await statusOf('s')).toBe('active');
    await restart();
    expect((await readFile(journal, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('a broken journal', () => {
  it('loses a torn last line, which nobody was told of, and nothing else', async () => {
    await restart();
    await put('Patient/p', ',"gender":"other"');
    await sandbox!.close();
    sandbox = undefined;
    const whole = await readFile(journal);
    const next = Buffer.from(version('2', { note: 'é' }));
    for (const length of [1, next.indexOf(0xc3) + 1, next.length - 1]) {
      await appendFile(journal, next.subarray(0, length));
      await restart();
      expect(await readFile(journal)).toEqual(whole);
    }
    expect(JSON.parse((await put('Patient/p', '')).text)).toMatchObject({ meta: { versionId: '2' } });
    await restart();
    expect(JSON.parse((await ask('GET', 'Patient/p')).text)).toMatchObject({ meta: { versionId: '2' } });
  });

  it.each([
    ['no JSON', 'secret\n'],
    ['an empty line', '\n'],
    ['another document', '{"secret":1}\n'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22, 0x0a])],
    ['a version that is missing', version('3')],
    ['a version that is there twice', version('1')],
    ['a version that is no number', version('two')],
    ['a type that R4 does not have', version('2', { type: 'Secret' })],
    ['another id than that of the resource', version('2', { id: 'secret' })],
    ['a resource of another version', version('2', { versionId: '3' })],
    ['an instant that is none', version('2', { lastUpdated: 'secret' })],
    ['a deletion with a resource', version('2', { interaction: 'delete' })],
    ['an update without one', version('2', { resource: null })],
    ['an interaction that is none', version('2', { interaction: 'secret' })],
  ])('stops the start at %s, named by its line and not by what it holds', async (_what, line) => {
    const content = Buffer.concat([Buffer.from(version('1')), Buffer.from(line), Buffer.from(version('2'))]);
    await writeFile(journal, content);
    const error = await startSandbox({ journal }).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ code: 'SANDBOX.BROKEN_JOURNAL' });
    expect(error?.message).toMatch(/sandbox\.ndjson, line 2: /);
    expect(error?.message).not.toContain('secret');
    expect(await readFile(journal)).toEqual(content);
  });

  it('that cannot be read stops the start too', async () => {
    await expect(startSandbox({ journal: join(folder, 'absent', 'file') })).rejects.toThrow('ENOENT');
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const main = resolve('dist/apps/sandbox/main.js');
const built = existsSync(main);
if (!built) console.warn('skipped: apps/sandbox/main.ts is not built; run `npm run build:code`');

async function start(...args: string[]): Promise<{ child: ChildProcess; base: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, base: await baseOf(child) };
}

async function baseOf({ stdout }: { stdout: Readable }): Promise<string> {
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; base: string };
  expect(ready.ready).toBe(true);
  return ready.base;
}

(built ? describe : describe.skip)('the process', () => {
  it('says where it listens, holds examples, and stops cleanly', async () => {
    const { child, base } = await start('--port', '0', '--load', '3');
    expect(await (await fetch(`${base}/_history`)).json()).toMatchObject({ total: 3 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('takes a free port when the wanted one is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { child, base } = await start('--port', String(port));
    expect(new URL(base).port).not.toBe(String(port));
    expect((await fetch(`${base}/metadata`)).status).toBe(200);
    child.kill('SIGTERM');
    await once(child, 'exit');
    other.close();
  });

  it('refuses options that make no sense', async () => {
    const child = spawn(process.execPath, [main, '--port', 'http'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [[code], [said]] = (await Promise.all([once(child, 'exit'), once(child.stderr, 'data')])) as [
      [number],
      [Buffer],
    ];
    expect(code).toBe(2);
    expect(said.toString()).toContain('--port');
  });
});

(built ? describe : describe.skip)('the process with a journal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attestry-sandbox-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds every version that it acknowledged before it was killed, and notes a torn line', async () => {
    const journal = join(folder, 'sandbox.ndjson');
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      const { child, base } = await start('--journal', journal);
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (;;) {
          const path = `Patient/w${writer}`;
          const answer = await putPatient(base, path).catch(() => undefined);
          if (!answer) return;
          acknowledged.set(`${path}/_history/${answer.versionId}`, answer.text);
        }
      });
      while (acknowledged.size < 12 * (round + 1)) await sleep(5);
      child.kill('SIGKILL');
      await Promise.all([once(child, 'exit'), ...writers]);
    }
    await appendFile(journal, '{"type":"Patient","id":"w');
    const { child, base } = await start('--journal', journal);
    for (const [path, text] of acknowledged) expect(await (await fetch(`${base}/${path}`)).text()).toBe(text);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('says why it does not start', async () => {
    const journal = join(folder, 'sandbox.ndjson');
    await writeFile(journal, 'nonsense\n');
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, SANDBOX_JOURNAL: journal },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, [code]] = (await Promise.all([text(child.stderr), once(child, 'exit')])) as [
      string,
      [number],
    ];
    expect([code, said]).toEqual([1, expect.stringContaining('line 1')]);
    expect(said.split('\n')).toHaveLength(2);
  });

  it('refuses what the journal cannot take, and forgets it', async () => {
    const journal = join(folder, 'sandbox.ndjson');
    // A file of at most 4 KiB stands for a full disk.
    const child = spawn(
      'bash',
      ['-c', `ulimit -f 4; exec "$0" "$@"`, process.execPath, main, '--journal', journal],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const base = await baseOf(child);
    const narrative = 'x'.repeat(1500);
    expect(await putPatient(base, 'Patient/a', narrative)).toMatchObject({ status: 201, versionId: '1' });
    expect(await putPatient(base, 'Patient/a', narrative)).toMatchObject({ status: 200, versionId: '2' });
    expect(await putPatient(base, 'Patient/a', narrative)).toMatchObject({ status: 500 });
    expect(await putPatient(base, 'Patient/a')).toMatchObject({ status: 200, versionId: '3' });
    const history = await (await fetch(`${base}/Patient/a/_history`)).text();
    child.kill('SIGTERM');
    await once(child, 'exit');
    const again = await start('--journal', journal);
    const kept = await (await fetch(`${again.base}/Patient/a/_history`)).text();
    expect(kept.replaceAll(again.base, base)).toBe(history);
    again.child.kill('SIGTERM');
    await once(again.child, 'exit');
  });
});

async function putPatient(
  base: string,
  path: string,
  note = '',
): Promise<{ status: number; versionId: string | undefined; text: string }> {
  const response = await fetch(`${base}/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', id: path.slice('Patient/'.length), note }),
  });
  const text = await response.text();
  const { meta } = JSON.parse(text) as { meta?: { versionId: string } };
  return { status: response.status, versionId: meta?.versionId, text };
}

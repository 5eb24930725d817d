import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

const main = resolve('dist/apps/sandbox/main.js');
const built = existsSync(main);
if (!built) console.warn('skipped: apps/sandbox/main.ts is not built; run `npm run build:code`');

async function start(...args: string[]): Promise<{ child: ChildProcess; base: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; base: string };
  expect(ready.ready).toBe(true);
  return { child, base: ready.base };
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

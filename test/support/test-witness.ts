import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROGRAM } from '../../apps/cli/testing/run-attestry.js';

/** The built `attestry witness`, as a process of its own that can be killed and started again. */
export class TestWitness {
  url = '';
  verifierKey = '';
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    private readonly args: readonly string[],
  ) {}

  /** @param logs verifier keys */
  static async start(logs: readonly string[], name = 'witness.example'): Promise<TestWitness> {
    const folder = await mkdtemp(join(tmpdir(), 'attestry-witness-'));
    const witness = new TestWitness(folder, ['--data', folder, '--name', name, '--log', ...logs]);
    await witness.start();
    return witness;
  }

  /** On the port of the time before. Rejects with what it said when it ends at once. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const child = spawn(process.execPath, [PROGRAM, 'witness', ...this.args, '--port', port, '--json']);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close').then(() => {
      throw new Error(said);
    });
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    ended.catch(() => undefined);
    this.child = child;
    Object.assign(this, JSON.parse(line) as { url: string; verifierKey: string });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await rm(this.folder, { recursive: true });
  }

  post(body: string | Uint8Array): Promise<Response> {
    return fetch(`${this.url}/add-checkpoint`, { method: 'POST', body });
  }
}

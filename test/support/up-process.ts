import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { PROGRAM } from '../../apps/cli/testing/run-attestry.js';
import { eventually } from './eventually.js';

/** Where an installation says it is, as far as tests look at it. */
export interface UpAddresses {
  readonly api: string;
  readonly worker: string;
  readonly sandbox: string;
  readonly rpcUrl: string;
}

/** A run of the built `attestry up`, as a process of its own. */
export class UpProcess {
  stdout = '';
  stderr = '';
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  private readonly child: ChildProcess;

  /** Without what the environment says of another installation. */
  constructor(data: string, ...args: readonly string[]) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(ATTESTRY|SANDBOX)_|_URL$/.test(name),
    );
    this.child = spawn(process.execPath, [PROGRAM, 'up', '--data', data, ...args], {
      env: Object.fromEntries(inherited),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // Not `close`: parts that outlive it hold its output open.
    this.ended = once(this.child, 'exit').then(
      ([status, signal]) => (status ?? signal) as number | NodeJS.Signals | null,
    );
  }

  /** What it printed once everything runs; rejects with its last words when it ends before. */
  async printed(last: RegExp): Promise<string> {
    await Promise.race([
      eventually('attestry up', () => last.test(this.stdout), 90_000),
      this.ended.then(async (status) => {
        if (!last.test(this.stdout))
          throw new Error(`attestry up ended with ${status}: ${this.stderr}${await this.partsLog()}`);
      }),
    ]);
    return this.stdout;
  }

  /** The addresses that `--json` prints. */
  async addresses(): Promise<UpAddresses> {
    return JSON.parse(await this.printed(/^\{"ready":true.*\n/)) as UpAddresses;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The end of the log of the part that did not start. */
  private async partsLog(): Promise<string> {
    const file = /\S+\.log/.exec(this.stderr)?.[0];
    return file === undefined ? '' : (await readFile(file, 'utf8')).slice(-1000);
  }

  /** SIGTERM; answers the exit status. */
  stop(): Promise<number | NodeJS.Signals | null> {
    this.kill('SIGTERM');
    return this.ended;
  }
}

/** One process of an installation. */
export interface ProcessOf {
  readonly pid: number;
  readonly command: string;
}

/** The processes whose command or environment names a folder; none where the system has no /proc. */
export async function processesOf(folder: string): Promise<readonly ProcessOf[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const files = ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8'));
      const [command = '', environment = ''] = await Promise.all(files).catch(() => []);
      return `${command}${environment}`.includes(folder) ? [{ pid: Number(pid), command }] : [];
    }),
  );
  return found.flat();
}

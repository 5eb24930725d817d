import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../composition/package.js';
import { CliError } from '../frame/cli.errors.js';
import type { Running } from './kept-running.js';

/** One of our own programs, as a process of its own. */
export interface ServiceOptions {
  readonly name: string;
  /** Compiled entry file, below `dist/apps`. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder for its output, in a file of its name. */
  readonly logs: string;
}

/** What a program says of itself, in one line of JSON, when it is ready; the rest is its own. */
export type ReadyLine = { readonly ready: true } & Readonly<Record<string, unknown>>;

export interface ServiceProcess extends Running {
  readonly pid: number;
  readonly ready: ReadyLine;
}

/**
 * V8 lets the young generation grow to a hundred megabytes and more when many requests come; at 8 MB each half it
 * collects more often, at the same speed, and intake's highest resident set is 176 MB instead of 338 MB.
 */
const NODE_FLAGS = ['--max-semi-space-size=8'];
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/** Starts a program, and resolves when it has said that it is ready. Rejects when it ends before. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const { name, entry, args = [], environment = {}, logs } = options;
  const logFile = join(logs, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const child = spawn(process.execPath, [...NODE_FLAGS, join(packageRoot, 'dist', 'apps', entry), ...args], {
    env: { ...process.env, ...environment },
    // The channel tells the program when this process is gone, however it ended.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of reach of a terminal's Ctrl-C: parts are stopped in order, the database last.
    detached: true,
  });
  child.stderr!.pipe(log, { end: false });
  const ended = once(child, 'exit').then(() => {
    log.end();
  });
  const early = ended.then(() => {
    throw notStarted(`${name} ended before it was ready`, logFile);
  });
  const stop = () => end(child, ended);
  try {
    const ready = await Promise.race([readyLine(child, log), early, late(name, logFile)]);
    return { pid: child.pid!, ready, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Copies standard output into the log, and resolves with the first line that says ready. */
function readyLine(child: ChildProcess, log: WriteStream): Promise<ReadyLine> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line) as ReadyLine);
      else if (log.writable) log.write(`${line}\n`);
    });
  });
}

function late(name: string, logFile: string): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(notStarted(`${name} was not ready within a minute`, logFile));
    setTimeout(fail, READY_TIMEOUT_MS).unref();
  });
}

function notStarted(message: string, logFile: string): CliError {
  return new CliError('SERVICE.NOT_STARTED', message, { advice: `The end of ${logFile} says why.` });
}

/** SIGTERM, and SIGKILL when the process does not end in time. */
async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}

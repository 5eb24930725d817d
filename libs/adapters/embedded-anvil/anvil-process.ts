import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#platform';
import { anvilBinary } from './anvil-binary.js';
import { anvilError } from './embedded-anvil.errors.js';

export const LOOPBACK = '127.0.0.1';

const LISTENING = /Listening on 127\.0\.0\.1:(\d+)/;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A running anvil. */
export interface AnvilProcess {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended, however it did. */
  readonly exited: Promise<void>;
  /** Ends the process: politely first, by force after five seconds. */
  stop(): Promise<void>;
}

/**
 * Starts anvil on loopback and waits until it listens. Takes any free port when `port` is taken.
 * Throws ANVIL.NO_BINARY, ANVIL.NOT_STARTED.
 */
export async function startAnvil(port: number, args: readonly string[]): Promise<AnvilProcess> {
  const listen = ['--host', LOOPBACK, '--port', String((await freePort(port)) === port ? port : 0)];
  const child = spawn(anvilBinary(), [...listen, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Out of reach of a terminal's Ctrl-C: it is asked to save its chain instead.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = () => end(child, exited);
  try {
    return { pid: child.pid ?? 0, port: await listeningPort(child, exited), exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPort(child: Child, exited: Promise<void>): Promise<number> {
  let output = '';
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-500)));
  const port = new Promise<number>((resolve) => {
    const read = (text: string) => {
      output += text;
      const match = LISTENING.exec(output);
      if (!match) return;
      // What follows names every call: read, so that the pipe never fills, and forgotten.
      child.stdout.off('data', read).resume();
      resolve(Number(match[1]));
    };
    child.stdout.setEncoding('utf8').on('data', read);
  });
  const started = await Promise.race([port, exited, delay(START_TIMEOUT_MS, undefined, { ref: false })]);
  if (started === undefined)
    throw anvilError(
      'ANVIL.NOT_STARTED',
      `anvil did not start: ${complaint.trim() || 'it said nothing'}`,
      'retry',
    );
  return started;
}

async function end(child: Child, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(force);
}

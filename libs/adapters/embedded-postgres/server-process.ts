import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '#platform';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import type { ClusterFolder } from './cluster-folder.js';
import { settingArguments } from './settings.js';

/** A server process, started by us or found running. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it has ended, for whatever reason; answers what it last logged. */
  readonly ended: Promise<string>;
}

const LOOK_AGAIN_MS = 200;
const LOG_TAIL = 4_000;

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches only us and we stop it when nobody needs it any
 * more.
 */
export async function spawnServer(
  folder: ClusterFolder,
  port: number,
  settings: Readonly<Record<string, string>> | undefined,
  binaries: Binaries,
  account: Account,
): Promise<ServerProcess> {
  const flags = ['-D', folder.cluster, '-p', String(port), ...settingArguments(settings)];
  const { program, parameters, identity } = await account.command(binaries.postgres, flags, [folder.cluster]);
  const log = await open(folder.log, 'a', 0o600);
  const { size } = await log.stat();
  const child = spawn(program, parameters, {
    ...identity,
    cwd: folder.cluster,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  const exited = once(child, 'exit').catch(() => undefined);
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  child.unref();
  const ended = exited.then(() => readTail(folder.log, size));
  return { pid: child.pid!, port, ended };
}

/** A server that another process of ours started and left behind. */
export function adoptServer(pid: number, port: number, log: string): ServerProcess {
  const watch = async (): Promise<string> => {
    while (isAlive(pid)) await delay(LOOK_AGAIN_MS, undefined, { ref: false });
    return readTail(log, 0);
  };
  return { pid, port, ended: watch() };
}

async function readTail(log: string, from: number): Promise<string> {
  const bytes = await readFile(log).catch(() => Buffer.alloc(0));
  return bytes.subarray(Math.max(from, bytes.length - LOG_TAIL)).toString();
}

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '#platform';
import { findAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { openClusterFolder, USER, type ClusterFolder } from './cluster-folder.js';
import { cannotRun } from './embedded-postgres.errors.js';
import { findPostmaster } from './postmaster-file.js';
import { adoptServer, spawnServer, type ServerProcess } from './server-process.js';

export interface EmbeddedPostgresOptions {
  /** Where it lives: made when missing. One server a folder. */
  readonly folder: string;
  /** The usual port; another free one is taken when this is not. */
  readonly port: number;
  /** Database to make sure of; `attestry` unless told. */
  readonly database?: string;
  /** Server settings over the built-in ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long start may take, recovery after a crash included; 60,000 unless told. */
  readonly timeoutMs?: number;
}

/** A PostgreSQL server that runs. */
export interface EmbeddedPostgres {
  /** `postgres://user:password@127.0.0.1:port/database` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Ends every session and stops cleanly; resolves when the process is gone. */
  stop(): Promise<void>;
}

const STOP_MS = 30_000;
const RETRY_MS = 100;
/** PostgreSQL's words for: the last server is dead, but some of its backends are still at work. */
const STILL_IN_USE = /pre-existing shared memory block|lock file ".*" already exists/;
const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;

/**
 * Starts PostgreSQL on a folder, or takes over the server that a dead process of ours left running there. After a
 * `kill -9` it waits until the old backends are gone; PostgreSQL then recovers by itself.
 * Throws PortError EMBEDDED_POSTGRES.*.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const [binaries, account] = await Promise.all([findBinaries(), findAccount()]);
  const folder = await openClusterFolder(options.folder, binaries, account);
  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  const spawnNext = async (): Promise<ServerProcess> =>
    spawnServer(folder, await freePort(options.port), options.settings, binaries, account);
  const server = await untilReady(folder, spawnNext, deadline);
  const database = options.database ?? 'attestry';
  await ensureDatabase(addressOf(server, folder, 'postgres'), database);
  return {
    url: addressOf(server, folder, database),
    port: server.port,
    pid: server.pid,
    ended: server.ended.then(() => undefined),
    stop: () => stopServer(server),
  };
}

async function untilReady(
  folder: ClusterFolder,
  spawnNext: () => Promise<ServerProcess>,
  deadline: number,
): Promise<ServerProcess> {
  for (;;) {
    const running = await findPostmaster(folder.cluster);
    const server = running ? adoptServer(running.pid, running.port, folder.log) : await spawnNext();
    const over = new AbortController();
    const end = await Promise.race([server.ended, answers(server, folder, deadline, over.signal)]);
    over.abort();
    if (end === 'ready') return server;
    if (end === 'late') await stopServer(server);
    const again = running !== undefined || STILL_IN_USE.test(end) || PORT_TAKEN.test(end);
    if (!again || Date.now() > deadline) throw notStarted(folder, end);
    await delay(RETRY_MS);
  }
}

async function answers(
  server: ServerProcess,
  folder: ClusterFolder,
  deadline: number,
  over: AbortSignal,
): Promise<'ready' | 'late'> {
  while (Date.now() < deadline && !over.aborted) {
    const client = new pg.Client({ connectionString: addressOf(server, folder, 'postgres') });
    client.on('error', () => undefined);
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (connected) return 'ready';
    await delay(RETRY_MS / 2);
  }
  return 'late';
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Fast shutdown first; one that takes too long is cut short, which the next start repairs from the log. */
async function stopServer({ pid, ended }: ServerProcess): Promise<void> {
  signal(pid, 'SIGINT');
  const patience = new AbortController();
  const tooLong = delay(STOP_MS, undefined, { signal: patience.signal }).then(
    () => signal(pid, 'SIGQUIT'),
    () => undefined,
  );
  await Promise.race([ended, tooLong]);
  patience.abort();
  await ended;
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function addressOf({ port }: ServerProcess, { password }: ClusterFolder, database: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function notStarted(folder: ClusterFolder, said: string): Error {
  const reason = said === 'late' ? 'it did not answer in time' : (said.trim().split('\n').at(-1) ?? '');
  return cannotRun(
    'EMBEDDED_POSTGRES.NOT_STARTED',
    `the embedded database did not start: ${reason} (see ${folder.log})`,
  );
}

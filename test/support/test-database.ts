import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres';
import { connectDatabase, migrate, type Database } from '#adapters/store-postgres';
import { isAlive } from '#platform';

/** A migrated database of one's own on the test run's PostgreSQL server. */
export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Takes every row out of it. */
  empty(): Promise<void>;
  /** Ends every connection to it and drops it. */
  drop(): Promise<void>;
}

const USUAL_PORT = 45_432;

/**
 * Makes a fresh, migrated database. The first call of a test run starts a real PostgreSQL server (about two seconds),
 * which every spec file of the run shares and jest's global teardown ends.
 */
export async function createTestDatabase(poolSize = 8): Promise<TestDatabase> {
  const server = await sharedServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = connectDatabase({ url: url.href, poolSize, applicationName: 'attestry-test' });
  await migrate(db);
  return {
    url: url.href,
    db,
    empty: async () => {
      await sql`
        truncate source, inbox, record, pending, entry, tile, checkpoint, anchor restart identity cascade`.execute(
        db,
      );
    },
    drop: async () => {
      await db.destroy();
      await execute(server, `drop database ${name} with (force)`);
    },
  };
}

/** A PostgreSQL server of one's own, to be killed; durable, unlike the shared one. */
export interface TestServer {
  readonly url: string;
  /**
   * Kills the server's main process, and nothing else of it (`kill -9`). Its sessions end by themselves when they
   * notice, which may be after one more statement: none is left when this resolves.
   */
  kill(): Promise<void>;
  /** Starts it again at the same address, killing it first if it still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const parent = await mkdtemp(join(tmpdir(), 'attestry-postgres-'));
  const folder = join(parent, 'postgres');
  let server: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ folder, port: 0 });
  const { url, port } = server;
  let ended = server.ended;
  const kill = async (): Promise<void> => {
    const dying = server;
    server = undefined;
    if (dying !== undefined) {
      const sessions = childrenOf(dying.pid);
      process.kill(dying.pid, 'SIGKILL');
      ended = dying.ended.then(() => gone(sessions));
    }
    await ended;
  };
  return {
    url,
    kill,
    restart: async () => {
      await kill();
      server = await startEmbeddedPostgres({ folder, port });
    },
    stop: async () => {
      await server?.stop();
      await rm(parent, { recursive: true });
    },
  };
}

/** Asked without a turn of the event loop, so that nothing happens between the question and the kill. */
function childrenOf(parent: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return processes
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent ? pid! : []));
}

async function gone(processes: readonly number[]): Promise<void> {
  while (processes.some(isAlive)) await delay(10);
}

/** The URL of the run's server. Whoever comes first starts it, the others wait for its address. */
async function sharedServer(): Promise<string> {
  const run = process.env['TEST_RUN_FOLDER'];
  if (run === undefined) throw new Error('jest.config.mjs runs test/support/run-setup.mjs before the tests');
  const address = join(run, 'postgres.url');
  const turn = join(run, 'postgres.starting');
  for (;;) {
    const url = await readFile(address, 'utf8').catch(() => undefined);
    if (url !== undefined) return url;
    const first = await mkdir(turn).then(
      () => true,
      () => false,
    );
    // A failed start gives up its turn, so that nobody waits for it in vain.
    if (first)
      await startSharedServer(join(run, 'postgres'), address).finally(() => rm(turn, { recursive: true }));
    else await delay(50);
  }
}

async function startSharedServer(folder: string, address: string): Promise<void> {
  // Tests lose nothing in a power cut; those about durability start a server of their own.
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  const { url } = await startEmbeddedPostgres({ folder, port: USUAL_PORT, settings });
  await writeFile(`${address}.new`, url, { mode: 0o600 });
  await rename(`${address}.new`, address);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

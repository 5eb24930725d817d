import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadKeys } from '#adapters/keys-file';
import { connectDatabase, migrate, PostgresSourceRegistry, type Database } from '#adapters/store-postgres';
import { freePort, isAlive } from '#platform';
import type { SourceDeclaration } from '#ports';
import { KeptRunning } from '../../apps/cli/up/kept-running.js';
import { startService, type ServiceProcess } from '../../apps/cli/up/service-process.js';
import { startTestServer } from '../support/test-database.js';

export type Victim = 'api' | 'worker' | 'database';

/** API, worker and database as processes of their own, each started again when it is killed. */
export interface KillableSystem {
  readonly api: string;
  readonly db: Database;
  readonly verifierKey: string;
  /** `kill -9`; the database's main process is started again before this resolves, the others by themselves. */
  kill(victim: Victim): Promise<void>;
  stop(): Promise<void>;
}

/** What it is given besides its own. */
export interface KillableOptions {
  readonly sources: readonly SourceDeclaration[];
  /** Configuration variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

const ORIGIN = 'faults.example/log';

/** Waits for the one that runs: it may still be on its way back from the kill before. */
async function killService(service: KeptRunning<ServiceProcess>): Promise<void> {
  while (!isAlive(service.current.pid)) await pause(20);
  process.kill(service.current.pid, 'SIGKILL');
}

export async function startKillableSystem({ sources, settings }: KillableOptions): Promise<KillableSystem> {
  const data = await mkdtemp(join(tmpdir(), 'attestry-faults-'));
  await mkdir(join(data, 'logs'));
  const server = await startTestServer();
  const db = connectDatabase({ url: server.url, poolSize: 2 });
  await migrate(db);
  const { sealer, checkpointSigner } = await loadKeys(data, ORIGIN);
  const registry = new PostgresSourceRegistry(db, sealer);
  for (const source of sources) await registry.declare(source);
  const apiPort = await freePort(0);
  const environment = {
    DATABASE_URL: server.url,
    ATTESTRY_DATA: data,
    ATTESTRY_LOG_ORIGIN: ORIGIN,
    ATTESTRY_API_PORT: String(apiPort),
    ATTESTRY_WORKER_PORT: '0',
    ATTESTRY_LOGGING_LEVEL: 'warn',
    ...settings,
  };
  const keep = (name: 'api' | 'worker'): Promise<KeptRunning<ServiceProcess>> => {
    const start = () =>
      startService({ name, entry: `${name}/main.js`, environment, logs: join(data, 'logs') });
    return KeptRunning.start(name, start, () => undefined);
  };
  const services = { api: await keep('api'), worker: await keep('worker') };
  return {
    api: `http://127.0.0.1:${apiPort}`,
    db,
    verifierKey: checkpointSigner.note.verifierKey,
    kill: async (victim) => {
      if (victim === 'database') await server.restart();
      else await killService(services[victim]);
    },
    stop: async () => {
      await Promise.all(Object.values(services).map((service) => service.stop()));
      await db.destroy();
      await server.stop();
      await rm(data, { recursive: true });
    },
  };
}

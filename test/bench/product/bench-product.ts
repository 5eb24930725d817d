import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres';
import { loadKeys, type FileKeys } from '#adapters/keys-file';
import { connectDatabase, migrate, PostgresSourceRegistry, type Database } from '#adapters/store-postgres';
import type { Trust } from '#core';
import type { Source } from '#ports';
import { startService, type ServiceProcess } from '../../../apps/cli/up/service-process.js';
import { SOURCE } from '../records/source.js';

const ORIGIN = 'bench.attestry.localhost/log';
const POSTGRES_PORT = 45_532;
/** Characters of a log that say why a process did not start. */
const LOG_TAIL = 1_000;

/** What a process that was started here is told by its environment. */
type Environment = Readonly<Record<string, string>>;

/** Our own processes on an embedded PostgreSQL, as production starts them, with one source declared. */
export class BenchProduct {
  readonly services = new Map<string, ServiceProcess>();

  private constructor(
    readonly folder: string,
    readonly postgres: EmbeddedPostgres,
    readonly database: Database,
    readonly keys: FileKeys,
    readonly source: Source,
  ) {}

  /** Runs `use` with a product of its own in a temporary folder, and takes all of it away again, whatever happens. */
  static async with<T>(use: (product: BenchProduct) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'attestry-bench-'));
    // The database's account has to reach its part of the folder.
    await chmod(folder, 0o711);
    let product: BenchProduct | undefined;
    const clear = async (): Promise<void> => {
      await product?.stop();
      await rm(folder, { recursive: true, force: true });
    };
    const interrupt = (): void => void clear().finally(() => process.exit(130));
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      product = await BenchProduct.start(folder);
      return await use(product);
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      await clear();
    }
  }

  /** What a partner of this installation trusts. */
  get trust(): Trust {
    const logs = [this.keys.checkpointSigner.note.verifierKey];
    return { attestry: 1, logs, witnesses: [], quorum: 0, ledgers: [] };
  }

  /** Starts a program of `dist` and answers its port. @param entry relative to `dist/apps` */
  async startService(name: string, entry: string, environment: Environment = {}): Promise<number> {
    const logs = join(this.folder, 'logs');
    const service = await startService({
      name,
      entry,
      logs,
      environment: {
        ATTESTRY_DATA: this.folder,
        ATTESTRY_LOG_ORIGIN: ORIGIN,
        DATABASE_URL: this.postgres.url,
        ATTESTRY_API_PORT: '0',
        ATTESTRY_WORKER_PORT: '0',
        ATTESTRY_LOGGING_LEVEL: 'warn',
        ...environment,
      },
    }).catch(async (cause: unknown) => {
      // The folder goes away, and its logs with it.
      const log = await readFile(join(logs, `${name}.log`), 'utf8').catch(() => '');
      throw new Error(`${name} did not start: ${log.slice(-LOG_TAIL)}`, { cause });
    });
    this.services.set(name, service);
    return Number(new URL(String(service.ready['url'])).port);
  }

  startApi(environment?: Environment): Promise<number> {
    return this.startService('api', 'api/main.js', environment);
  }

  startWorker(environment?: Environment): Promise<number> {
    return this.startService('worker', 'worker/main.js', environment);
  }

  async stopService(name: string): Promise<void> {
    const service = this.services.get(name);
    this.services.delete(name);
    await service?.stop();
  }

  private static async start(folder: string): Promise<BenchProduct> {
    await mkdir(join(folder, 'logs'));
    const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), port: POSTGRES_PORT });
    try {
      const database = connectDatabase({ url: postgres.url, applicationName: 'attestry-bench' });
      await migrate(database);
      const keys = await loadKeys(folder, ORIGIN);
      const source = await new PostgresSourceRegistry(database, keys.sealer).declare(SOURCE);
      return new BenchProduct(folder, postgres, database, keys, source);
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  }

  private async stop(): Promise<void> {
    await Promise.all([...this.services.keys()].map((name) => this.stopService(name)));
    await this.database.destroy();
    await this.postgres.stop();
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { sql } from 'kysely';
import type { DestinationStream } from 'pino';
import { openCheckpoint, parseVerifierKey, type Checkpoint } from '#core';
import { loadKeys, type FileKeys } from '#adapters/keys-file';
import { PostgresSourceRegistry } from '#adapters/store-postgres';
import { createHttpApp, freePort, loadServerConfig } from '#platform';
import type { SourceDeclaration } from '#ports';
import { createApi } from '../../apps/api/create-api.js';
import { listen } from '../../apps/composition/process.js';
import { WorkerModule } from '../../apps/worker/worker.module.js';
import { eventually } from './eventually.js';
import { routesOf } from './fastify-routes.js';
import type { TestChain } from './test-chain.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { proofOf, WARD, type HeaderChanges } from './test-source.js';

/** Configuration variables. */
export type Settings = Readonly<Record<string, string>>;

/** One chain as a ledger of the configuration. */
export interface TestLedger {
  readonly name: string;
  readonly chain: TestChain;
  /** 1 unless told. */
  readonly intervalMs?: number;
  /** 1 unless told. */
  readonly confirmations?: number;
  /** Instead of the chain's own. */
  readonly rpcUrl?: string;
  readonly contract?: string;
}

export interface TestSystemOptions {
  /** Over those of the profile `test`, for API and worker. */
  readonly settings?: Settings;
  readonly ledgers?: readonly TestLedger[];
  /** The log's name; {@link ORIGIN} unless told. */
  readonly origin?: string;
  /** Leaves the worker to {@link TestSystem.startWorker}. */
  readonly withoutWorker?: boolean;
  readonly logTo?: DestinationStream;
}

export const ORIGIN = 'test.example/log';

const FHIR = { 'content-type': 'application/fhir+json' };

/** The product on a database of its own: API and worker within this process, reached over HTTP. */
export class TestSystem {
  /** URLs of the two, without a slash at their ends. */
  api = '';
  worker = '';
  /** The same for API and worker: Subscriptions deliver there, whoever sets them up. */
  private apiPort: number | undefined;
  private readonly apps = new Map<'api' | 'worker', NestFastifyApplication>();

  private constructor(
    private readonly options: TestSystemOptions,
    readonly data: string,
    readonly database: TestDatabase,
    readonly keys: FileKeys,
  ) {}

  /** Starts both with the source {@link WARD} declared. */
  static async start(options: TestSystemOptions = {}): Promise<TestSystem> {
    const data = await mkdtemp(join(tmpdir(), 'attestry-system-'));
    const database = await createTestDatabase();
    const system = new TestSystem(options, data, database, await loadKeys(data, options.origin ?? ORIGIN));
    await system.declare(WARD);
    await system.startApi();
    if (!options.withoutWorker) await system.startWorker();
    return system;
  }

  async startApi(settings: Settings = {}): Promise<void> {
    const config = loadServerConfig({ environment: await this.environment(settings) });
    const app = await createApi(config, this.options.logTo);
    this.apps.set('api', app);
    this.api = (await listen(app, config.api)).url;
  }

  async startWorker(settings: Settings = {}): Promise<void> {
    const config = loadServerConfig({ environment: await this.environment(settings) });
    const app = await createHttpApp(WorkerModule.forRoot(config, this.options.logTo));
    this.apps.set('worker', app);
    this.worker = (await listen(app, config.worker)).url;
  }

  async end(part: 'api' | 'worker'): Promise<void> {
    await this.apps.get(part)?.close();
    this.apps.delete(part);
  }

  async stop(): Promise<void> {
    await this.end('worker');
    await this.end('api');
    await this.database.drop();
    await rm(this.data, { recursive: true });
  }

  /** As an operator's configuration does, but without asking the FHIR server for Subscriptions. */
  async declare(source: SourceDeclaration): Promise<void> {
    await new PostgresSourceRegistry(this.database.db, this.keys.sealer).declare(source);
  }

  /** Sends a notification as the source does: signed, unless `changes` say otherwise. */
  async notify(
    body: object | string | Uint8Array,
    changes: HeaderChanges = {},
    source: SourceDeclaration = WARD,
  ): Promise<Response> {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.post(`/intake/${source.name}`, bytes, { ...proofOf(source, bytes), ...changes });
  }

  post(path: string, body: string | Uint8Array, changes: HeaderChanges = {}): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries<string | undefined>({ ...FHIR, ...changes }))
      if (value !== undefined) headers.set(name, value);
    return fetch(`${this.api}${path}`, { method: 'POST', headers, body });
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.api}${path}`);
  }

  /** The JSON of a successful answer. */
  async json<T>(path: string): Promise<T> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  /** Resolves once no notification and no commitment waits any more. */
  async settled(): Promise<void> {
    await eventually('nothing to wait', async () => {
      const { rows } = await sql<{ waiting: number }>`
        select (select count(*) from inbox where state = 'waiting') + (select count(*) from pending) as waiting`.execute(
        this.database.db,
      );
      return rows[0]!.waiting === 0;
    });
  }

  /** The newest checkpoint, its signature checked; undefined while the log is empty. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const response = await this.get('/log/checkpoint');
    if (response.status === 404) return undefined;
    return openCheckpoint(await response.text(), [
      parseVerifierKey(this.keys.checkpointSigner.note.verifierKey),
    ]);
  }

  /** A metric of the worker; 0 while it was never counted. @param name with its labels, as it is shown */
  async workerMetric(name: string): Promise<number> {
    const text = await (await fetch(`${this.worker}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    return line ? Number(line.slice(name.length + 1)) : 0;
  }

  /** Every route of the API, as Fastify knows it: `GET /v1/sources`. */
  routes(): string[] {
    const server = this.apps.get('api')!.getHttpAdapter().getInstance();
    return routesOf(server.printRoutes());
  }

  private async environment(settings: Settings): Promise<Settings> {
    this.apiPort ??= await freePort(0);
    return {
      ATTESTRY_PROFILE: 'test',
      ATTESTRY_DATA: this.data,
      ATTESTRY_LOG_ORIGIN: this.keys.checkpointSigner.note.name,
      DATABASE_URL: this.database.url,
      ATTESTRY_API_PORT: String(this.apiPort),
      ATTESTRY_LEDGERS: JSON.stringify(await Promise.all(this.ledgers())),
      ...this.options.settings,
      ...settings,
    };
  }

  private ledgers(): Promise<object>[] {
    return (this.options.ledgers ?? []).map(async ({ chain, name, ...more }) => {
      const keyFile = join(this.data, `${name}.key`);
      await writeFile(keyFile, chain.privateKey, { mode: 0o600 });
      const { rpcUrl, chainId, contract } = chain;
      const usual = { kind: 'evm', confirmations: 1, intervalMs: 1 };
      return { name, rpcUrl, chainId, contract, keyFile, ...usual, ...more };
    });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresBackend, DEFAULT_SCHEMA, runMigrations, withBackend, type PgPool } from 'bullmq';
import pg from 'pg';
import type { QueueBackend } from './queue-backend.js';
import { tooFewConnections } from './queue.errors.js';

export interface PostgresQueueOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections at most: one for every worker, and some for all together; 32 unless told. */
  readonly poolSize?: number;
  /** How this process appears in pg_stat_activity. */
  readonly applicationName?: string;
}

/** Connections that are left for statements when every worker listens on one of its own. */
const SHARED_CONNECTIONS = 2;
/** BullMQ asks again at once when a connection fails in any way but ECONNREFUSED: while PostgreSQL recovers, say. */
const PAUSE_AFTER_FAILURE_MS = 250;

const { Queue, Worker } = withBackend(createPostgresBackend);

/**
 * BullMQ on PostgreSQL, in a schema of its own. Workers are woken by LISTEN/NOTIFY. All queues and workers share one
 * pool (left to itself, BullMQ opens one for each).
 */
export function postgresQueueBackend(options: PostgresQueueOptions): QueueBackend {
  const max = options.poolSize ?? 32;
  const pool = createPool(options, max);
  // BullMQ's own picture of a pool asks for an index signature that pg's class does not declare.
  const shared = { connection: pool as unknown as PgPool };
  let migrated = false;
  return {
    prepare: async () => {
      if (migrated) return;
      await migrateOn(pool);
      migrated = true;
    },
    queue: (name) => new Queue(name, { ...shared, streams: { events: { maxLen: 100 } } }),
    worker: (name, process, settings, workers) => {
      if (workers + SHARED_CONNECTIONS > max) throw tooFewConnections(workers + SHARED_CONNECTIONS);
      return new Worker(name, process, { ...shared, ...settings });
    },
    close: () => pool.end(),
  };
}

function createPool(options: PostgresQueueOptions, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    application_name: options.applicationName ?? 'attestry-queue',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // The queue only wakes workers up, so its commits need not reach the disk: what a crash takes is swept up again.
    options: `-c search_path=${DEFAULT_SCHEMA} -c synchronous_commit=off`,
    Client: PatientClient,
  });
  // Every queue and worker adds its own listener.
  pool.setMaxListeners(0);
  pool.on('error', ignore);
  return pool;
}

/** Unlike jobs, the tables have to survive a crash. */
async function migrateOn(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set synchronous_commit = on');
    await runMigrations(client);
  } finally {
    client.release(true);
  }
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/** A client that reports a failed connection only after a pause, and whose errors never end the process. */
class PatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', ignore);
  }

  /** BullMQ takes every listener off a connection that broke, which may have more to say. */
  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    return this.on('error', ignore);
  }

  override connect(): Promise<pg.Client>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<pg.Client> | undefined {
    const connecting = super.connect().catch(async (error: unknown) => {
      await delay(PAUSE_AFTER_FAILURE_MS);
      throw error;
    });
    if (connected === undefined) return connecting;
    const callback = connected as (error: unknown, client?: pg.Client) => void;
    connecting.then((client) => callback(null, client), callback);
    return undefined;
  }
}

function ignore(): void {
  // The pool replaces a connection that breaks; whoever was using it gets the error from the statement.
}

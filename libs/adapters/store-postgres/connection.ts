import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database, Tables } from './database.types.js';
import { PreparedPool } from './prepared-pool.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections at most; 8 unless told. */
  readonly poolSize?: number;
  /** How this process appears in pg_stat_activity. */
  readonly applicationName?: string;
  /** How long to wait for a connection before STORE.UNAVAILABLE; 5,000 unless told. */
  readonly connectTimeoutMs?: number;
}

/**
 * Statements are prepared and look few rows up by index: planned once each, whatever the arrays they are given hold
 * (planning anew costs four times the lookup), and by index even if the table was empty when they were planned.
 */
const PLANNING = ['plan_cache_mode=force_generic_plan', 'enable_seqscan=off', 'jit=off']
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** Makes a pool; connects when it is first used, and again after every loss. */
export function connectDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 8,
    application_name: options.applicationName ?? 'attestry',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A process that hangs inside a transaction lets go of its locks, the log's among them.
    idle_in_transaction_session_timeout: 30_000,
    options: PLANNING,
    types: { getTypeParser },
  });
  // A connection that breaks is replaced by the pool; whoever was using it gets the error from the statement.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new PreparedPool(pool) }) });
}

type TypeParsers = typeof pg.types;

/** Types by default, but int8 as a number: ids, sizes and indexes stay far below 2^53. */
const getTypeParser: TypeParsers['getTypeParser'] = (
  type: Parameters<TypeParsers['getTypeParser']>[0],
  format?: unknown,
): unknown =>
  type === pg.types.builtins.INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(type);

function ignore(): void {
  // Reported where it matters: see connectDatabase.
}

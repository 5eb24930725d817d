import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { storeError } from './store.errors.js';

const DATA_STATEMENT = /^\s*(?:select|insert|update|delete|with)\b/i;

/**
 * A pg.Pool as Kysely wants it, that makes a named prepared statement of every statement (each is planned once on a
 * connection, so their number must stay bounded: arrays go in as one parameter), and a PortError of every failure.
 */
export class PreparedPool implements PostgresPool {
  readonly #clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  readonly #names = new Map<string, string>();

  constructor(readonly pool: pg.Pool) {}

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw storeError(error);
    });
    let prepared = this.#clients.get(client);
    if (prepared === undefined) {
      prepared = this.#prepare(client);
      this.#clients.set(client, prepared);
    }
    return prepared;
  }

  async end(): Promise<void> {
    await this.pool.end();
  }

  #prepare(client: pg.PoolClient): PostgresPoolClient {
    let broken = false;
    const query = async <R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
      const result = await client
        .query({ ...this.#named(text), text, values: [...values] })
        .catch((error: unknown) => {
          const told = storeError(error);
          broken ||= told.code === 'STORE.UNAVAILABLE';
          throw told;
        });
      return result as unknown as PostgresQueryResult<R>;
    };
    return {
      // Of the two kinds of call, Kysely makes the one with a cursor only when it was given one.
      query: query as PostgresPoolClient['query'],
      // A connection that broke may not know it yet: nobody else gets it.
      release: () => client.release(broken),
    };
  }

  #named(text: string): { name?: string } {
    if (!DATA_STATEMENT.test(text)) return {};
    let name = this.#names.get(text);
    if (name === undefined) {
      name = createHash('sha256').update(text).digest('hex').slice(0, 32);
      this.#names.set(text, name);
    }
    return { name };
  }
}

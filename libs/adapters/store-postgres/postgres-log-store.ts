import type { TileCoordinate } from '#core';
import { LogStore, type ExtendLog, type LogHead } from '#ports';
import { cosign } from './cosign.js';
import type { Database } from './database.types.js';
import { readHead, readTiles, readWitnessedHead, toHead } from './log-rows.js';
import { sequence } from './sequence.js';
import { run } from './statements.js';

const ENTRIES = `select commitment from entry where index >= $1 and index < $2 order by index`;
const FACTS = `select count(*) as pending, min(since) as oldest from pending`;

/** The log in PostgreSQL. */
export class PostgresLogStore extends LogStore {
  constructor(private readonly db: Database) {
    super();
  }

  override async sequence(
    limit: number,
    edge: (size: number) => readonly TileCoordinate[],
    extend: ExtendLog,
  ): Promise<LogHead | undefined> {
    return await this.db.transaction().execute((transaction) => sequence(transaction, limit, edge, extend));
  }

  override async head(): Promise<LogHead | undefined> {
    return await readHead(this.db);
  }

  override async headAt(size: number): Promise<LogHead | undefined> {
    const row = await this.db
      .selectFrom('checkpoint')
      .select(['size', 'root', 'note', 'signed_at'])
      .where('size', '=', size)
      .executeTakeFirst();
    return row && toHead(row);
  }

  override async witnessedHead(): Promise<LogHead | undefined> {
    return await readWitnessedHead(this.db);
  }

  override async cosign(
    size: number,
    lines: readonly string[],
    isWitnessed: (note: string) => boolean,
  ): Promise<LogHead | undefined> {
    return await this.db
      .transaction()
      .execute((transaction) => cosign(transaction, size, lines, isWitnessed));
  }

  override async tiles(coordinates: readonly TileCoordinate[]): Promise<readonly (Uint8Array | undefined)[]> {
    return await readTiles(this.db, coordinates);
  }

  override async entries(from: number, to: number): Promise<readonly Uint8Array[]> {
    const rows = await run<{ commitment: Buffer }>(this.db, ENTRIES, from, to);
    return rows.map(({ commitment }) => commitment);
  }

  override async facts(): Promise<{ pending: number; oldestPending: Date | undefined }> {
    const [row] = await run<{ pending: number; oldest: Date | null }>(this.db, FACTS);
    return { pending: row?.pending ?? 0, oldestPending: row?.oldest ?? undefined };
  }
}

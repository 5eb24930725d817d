import type { TileCoordinate } from '#core';
import type { LogHead } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

const HEAD = `select size, root, note, signed_at from checkpoint order by size desc limit 1`;

const WITNESSED = `
  select size, root, note, signed_at from checkpoint where witnessed order by size desc limit 1`;

const TILES = `
  select tile.hashes
  from unnest($1::smallint[], $2::bigint[]) with ordinality as asked(level, n, at)
  left join tile on tile.level = asked.level and tile.n = asked.n
  order by asked.at`;

export interface HeadRow {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly signed_at: Date;
}

export function toHead({ size, root, note, signed_at: signedAt }: HeadRow): LogHead {
  return { size, root, note, signedAt };
}

/** The newest checkpoint; undefined for the empty log. */
export async function readHead(db: Pick<Database, 'executeQuery'>): Promise<LogHead | undefined> {
  const [row] = await run<HeadRow>(db, HEAD);
  return row && toHead(row);
}

/** The newest checkpoint that enough witnesses have cosigned. */
export async function readWitnessedHead(db: Pick<Database, 'executeQuery'>): Promise<LogHead | undefined> {
  const [row] = await run<HeadRow>(db, WITNESSED);
  return row && toHead(row);
}

/** The hashes of each tile, in the order asked. */
export async function readTiles(
  db: Pick<Database, 'executeQuery'>,
  coordinates: readonly TileCoordinate[],
): Promise<(Uint8Array | undefined)[]> {
  if (coordinates.length === 0) return [];
  const rows = await run<{ hashes: Buffer | null }>(
    db,
    TILES,
    coordinates.map(({ level }) => level),
    coordinates.map(({ n }) => n),
  );
  return rows.map(({ hashes }) => hashes ?? undefined);
}

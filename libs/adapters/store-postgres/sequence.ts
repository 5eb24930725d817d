import type { TileCoordinate } from '#core';
import type { ExtendLog, LogExtension, LogHead, PendingCommitment } from '#ports';
import type { Transaction } from 'kysely';
import type { Tables } from './database.types.js';
import { readHead, readTiles } from './log-rows.js';
import { run } from './statements.js';
import { brokenLog } from './store.errors.js';

/** The log's lock: any number that nothing else in this database locks by ('attestry' in ASCII). */
const LOCK = `select pg_advisory_xact_lock(7022365676180894329)`;

const PENDING = `
  select pending.record_id, record.commitment
  from pending join record on record.id = pending.record_id
  order by pending.record_id
  limit $1`;

const LAST_INDEX = `select max(index) as last from entry`;

const TAKE = `delete from pending where record_id = any($1::bigint[]) returning record_id`;

const ENTER = `
  insert into entry (index, record_id, commitment)
  select $1::bigint + at - 1, record_id, commitment
  from unnest($2::bigint[], $3::bytea[]) with ordinality as new(record_id, commitment, at)`;

const WRITE_TILES = `
  insert into tile (level, n, hashes)
  select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
  on conflict (level, n) do update set hashes = excluded.hashes`;

const PUBLISH = `insert into checkpoint (size, root, note, signed_at) values ($1, $2, $3, $4)`;

/** One sequencing pass in the given transaction: see {@link LogStore.sequence}. */
export async function sequence(
  transaction: Transaction<Tables>,
  limit: number,
  edge: (size: number) => readonly TileCoordinate[],
  extend: ExtendLog,
): Promise<LogHead | undefined> {
  await run(transaction, LOCK);
  const pending = await readPending(transaction, limit);
  if (pending.length === 0) return undefined;
  const head = await readHead(transaction);
  const size = head?.size ?? 0;
  await assertWhole(transaction, size);

  const extension = extend(head, pending, await readTiles(transaction, edge(size)));
  assertExtends(extension, size, pending);
  await write(transaction, size, extension);
  // Until the commit nothing of this is visible, and a crash leaves the log and its pending commitments as they were.
  return extension.head;
}

async function readPending(transaction: Transaction<Tables>, limit: number): Promise<PendingCommitment[]> {
  const rows = await run<{ record_id: number; commitment: Buffer }>(transaction, PENDING, limit);
  return rows.map(({ record_id: recordId, commitment }) => ({ recordId, commitment }));
}

/** Refuses to build on a log whose entries are not the ones that its newest checkpoint counts. */
async function assertWhole(transaction: Transaction<Tables>, size: number): Promise<void> {
  const [row] = await run<{ last: number | null }>(transaction, LAST_INDEX);
  const entries = (row?.last ?? -1) + 1;
  if (entries !== size)
    throw brokenLog(`the newest checkpoint counts ${size} entries, the log holds ${entries}`);
}

function assertExtends(
  { entries, head }: LogExtension,
  size: number,
  pending: readonly PendingCommitment[],
): void {
  if (entries.length === 0 || head.size !== size + entries.length)
    throw brokenLog(`a log of ${size} and ${entries.length} new entries cannot have size ${head.size}`);
  if (entries.some(({ recordId }, at) => recordId !== pending[at]?.recordId))
    throw brokenLog('new entries are not the commitments that wait, in their order');
}

async function write(
  transaction: Transaction<Tables>,
  size: number,
  { entries, tiles, head }: LogExtension,
): Promise<void> {
  const recordIds = entries.map(({ recordId }) => recordId);
  const taken = await run(transaction, TAKE, recordIds);
  if (taken.length !== entries.length) throw brokenLog('a commitment was sequenced by somebody else');
  const commitments = entries.map(({ commitment }) => commitment);
  await run(transaction, ENTER, size, recordIds, commitments);
  await run(
    transaction,
    WRITE_TILES,
    tiles.map(({ level }) => level),
    tiles.map(({ n }) => n),
    tiles.map(({ hashes }) => hashes),
  );
  await run(transaction, PUBLISH, head.size, head.root, head.note, head.signedAt);
}

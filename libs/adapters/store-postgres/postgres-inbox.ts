import {
  Inbox,
  type InboxItem,
  type Notification,
  type Settlement,
  type SettlementCounts,
  type SourceTask,
  type TaskProgress,
} from '#ports';
import type { Database } from './database.types.js';
import { settle } from './settle.js';
import { run } from './statements.js';
import { advanceTask } from './task-position.js';

const ACCEPT = `
  insert into inbox (source_id, task, sealed_body)
  select source_id, $3, sealed_body from unnest($1::int[], $2::bytea[]) with ordinality as n(source_id, sealed_body, at)
  order by at
  returning id`;

const WAITING = `
  select id, source_id, sealed_body, attempts, received_at
  from (
    select *, sum(octet_length(sealed_body)) over first_ones as bytes, row_number() over first_ones as at
    from inbox
    where id = any($1::bigint[]) and state = 'waiting' and (not_before is null or not_before <= now())
    window first_ones as (order by id)
  ) as item
  where bytes <= $2 or at = 1
  order by id`;

const OVERDUE = `
  select id from inbox
  where state = 'waiting' and received_at < $1 and (not_before is null or not_before <= now())
  order by received_at, id
  limit $2`;

const FACTS = `
  select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'dead') as dead,
    min(greatest(received_at, retried_at)) filter (where state = 'waiting') as oldest
  from inbox`;

interface ItemRow {
  readonly id: number;
  readonly source_id: number;
  readonly sealed_body: Buffer;
  readonly attempts: number;
  readonly received_at: Date;
}

/** The inbox in PostgreSQL. */
export class PostgresInbox extends Inbox {
  constructor(private readonly db: Database) {
    super();
  }

  override async accept(
    notifications: readonly Notification[],
    progress?: TaskProgress,
  ): Promise<readonly number[]> {
    // One statement is one transaction: from here on the notifications survive any crash.
    if (!progress) return accept(this.db, notifications);
    return await this.db.transaction().execute(async (transaction) => {
      await advanceTask(transaction, progress.lease, progress.position);
      return accept(transaction, notifications, progress.lease.task);
    });
  }

  override async waiting(ids: readonly number[], maxBytes: number): Promise<readonly InboxItem[]> {
    const rows = await run<ItemRow>(this.db, WAITING, ids, maxBytes);
    return rows.map((row) => ({
      id: row.id,
      sourceId: row.source_id,
      sealedBody: row.sealed_body,
      attempts: row.attempts,
      receivedAt: row.received_at,
    }));
  }

  override async settle(settlements: readonly Settlement[]): Promise<SettlementCounts> {
    return await this.db.transaction().execute((transaction) => settle(transaction, settlements));
  }

  override async overdue(before: Date, limit: number): Promise<readonly number[]> {
    const rows = await run<{ id: number }>(this.db, OVERDUE, before, limit);
    return rows.map(({ id }) => id);
  }

  override async facts(): Promise<{ waiting: number; dead: number; oldestWaiting: Date | undefined }> {
    const [row] = await run<{ waiting: number; dead: number; oldest: Date | null }>(this.db, FACTS);
    return { waiting: row?.waiting ?? 0, dead: row?.dead ?? 0, oldestWaiting: row?.oldest ?? undefined };
  }
}

async function accept(
  db: Pick<Database, 'executeQuery'>,
  notifications: readonly Notification[],
  task?: SourceTask,
): Promise<readonly number[]> {
  if (notifications.length === 0) return [];
  const rows = await run<{ id: number }>(
    db,
    ACCEPT,
    notifications.map(({ sourceId }) => sourceId),
    notifications.map(({ sealedBody }) => sealedBody),
    task ?? null,
  );
  return rows.map(({ id }) => id);
}

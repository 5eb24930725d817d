import type { Transaction } from 'kysely';
import {
  SubscriptionStore,
  type CountedEvents,
  type EventCount,
  type EventGap,
  type KnownSubscription,
  type SubscriptionChange,
  type SubscriptionNotice,
  type SubscriptionStanding,
  type SubscriptionStatus,
} from '#ports';
import type { Database, Tables } from './database.types.js';
import { countGaps, healGaps, openGaps } from './event-gaps.js';
import { ASK_AGAIN } from './settle.js';
import { run } from './statements.js';

const ADD = `
  insert into subscription (source_id, remote_id, criteria, status) values ($1, $2, $3, $4)
  on conflict do nothing returning remote_id`;

const LOCK = `
  select status, ends_at, last_event, epoch from subscription
  where source_id = $1 and remote_id = $2 for update`;

const KEEP = `
  update subscription
  set criteria = coalesce(nullif($3, ''), criteria), status = $4, ends_at = $5, events = coalesce($6, events),
    checked_at = now()
  where source_id = $1 and remote_id = $2`;

/** An answer to a question of ours is no sign that anything would be delivered. */
const NOTE = `
  update subscription
  set last_event = $3, epoch = $4, last_notice_at = case when $5 then now() else last_notice_at end
  where source_id = $1 and remote_id = $2`;

const CHANGE_STATUS = `update subscription set status = $3 where source_id = $1 and remote_id = $2`;

const RECORD_CHANGE = `
  insert into subscription_change (source_id, remote_id, from_status, to_status, reason)
  values ($1, $2, $3, $4, $5)`;

const FORGET = `
  with forgotten as (
    delete from subscription where source_id = $1 and remote_id = any($2::text[]) returning remote_id, status
  )
  insert into subscription_change (source_id, remote_id, from_status, to_status, reason)
  select $1, remote_id, status, 'gone', $3 from forgotten`;

const LIST = `
  select * from subscription where $1::int is null or source_id = $1 order by source_id, remote_id`;

const CHANGES = `
  select * from subscription_change where source_id = $1 order by id desc limit $2`;

interface LockedRow {
  readonly status: SubscriptionStatus;
  readonly ends_at: Date | null;
  readonly last_event: number | null;
  readonly epoch: number;
}

interface SubscriptionRow extends LockedRow {
  readonly source_id: number;
  readonly remote_id: string;
  readonly criteria: string;
  readonly events: number | null;
  readonly checked_at: Date;
  readonly last_notice_at: Date | null;
}

interface ChangeRow {
  readonly source_id: number;
  readonly remote_id: string;
  readonly at: Date;
  readonly from_status: SubscriptionStatus | null;
  readonly to_status: SubscriptionStatus;
  readonly reason: string;
}

/** Subscriptions in PostgreSQL: whoever counts events of one holds its row. */
export class PostgresSubscriptionStore extends SubscriptionStore {
  constructor(private readonly db: Database) {
    super();
  }

  override async keep(
    sourceId: number,
    standings: readonly SubscriptionStanding[],
    reason: string,
  ): Promise<void> {
    // One order for all who keep several.
    const inOrder = [...standings].sort((one, other) => (one.id < other.id ? -1 : 1));
    await this.db.transaction().execute(async (transaction) => {
      for (const standing of inOrder) await keep(transaction, sourceId, standing, reason);
    });
  }

  override async forget(sourceId: number, ids: readonly string[], reason: string): Promise<void> {
    await run(this.db, FORGET, sourceId, ids, reason);
  }

  override async list(sourceId?: number): Promise<readonly KnownSubscription[]> {
    const rows = await run<SubscriptionRow>(this.db, LIST, sourceId ?? null);
    return rows.map((row) => ({
      sourceId: row.source_id,
      id: row.remote_id,
      criteria: row.criteria,
      status: row.status,
      end: row.ends_at ?? undefined,
      events: row.events ?? undefined,
      checkedAt: row.checked_at,
      lastNoticeAt: row.last_notice_at ?? undefined,
      lastEvent: row.last_event ?? undefined,
      epoch: row.epoch,
    }));
  }

  override async changes(sourceId: number, limit: number): Promise<readonly SubscriptionChange[]> {
    const rows = await run<ChangeRow>(this.db, CHANGES, sourceId, limit);
    return rows.map((row) => ({
      sourceId: row.source_id,
      subscription: row.remote_id,
      at: row.at,
      from: row.from_status ?? undefined,
      to: row.to_status,
      reason: row.reason,
    }));
  }

  override async note(
    sourceId: number,
    notice: SubscriptionNotice,
    count: (before: EventCount, notice: SubscriptionNotice) => CountedEvents,
  ): Promise<void> {
    const id = notice.subscription ?? '';
    await this.db.transaction().execute(async (transaction) => {
      await run(transaction, ADD, sourceId, id, '', 'active');
      const [known] = await run<LockedRow>(transaction, LOCK, sourceId, id);
      const { status, last_event, epoch } = known!;
      const counted = count({ last: last_event ?? undefined, epoch }, notice);
      const { last = null, epoch: newEpoch } = counted.count;
      const isSignOfLife = notice.kind !== 'query-status' && notice.kind !== 'query-event';
      await run(transaction, NOTE, sourceId, id, last, newEpoch, isSignOfLife);
      await countGaps(transaction, sourceId, id, counted);
      const told = brokenStatus(notice);
      if (told && told !== status) {
        await run(transaction, CHANGE_STATUS, sourceId, id, told);
        await run(transaction, RECORD_CHANGE, sourceId, id, status, told, 'notified');
      }
      if (newEpoch !== epoch) await run(transaction, ASK_AGAIN, [sourceId], [''], ['']);
    });
  }

  override openGaps(before: Date, sourceId?: number): Promise<readonly EventGap[]> {
    return openGaps(this.db, before, sourceId);
  }

  override heal(gapIds: readonly number[], how: NonNullable<EventGap['healed']>): Promise<void> {
    return healGaps(this.db, gapIds, how);
  }
}

async function keep(
  transaction: Transaction<Tables>,
  sourceId: number,
  { id, criteria, status, end, events }: SubscriptionStanding,
  reason: string,
): Promise<void> {
  const added = await run(transaction, ADD, sourceId, id, criteria, status);
  const [known] = added.length > 0 ? [] : await run<LockedRow>(transaction, LOCK, sourceId, id);
  await run(transaction, KEEP, sourceId, id, criteria, status, end ?? null, events ?? null);
  const isSame = known?.status === status && known.ends_at?.getTime() === end?.getTime();
  if (!isSame) await run(transaction, RECORD_CHANGE, sourceId, id, known?.status ?? null, status, reason);
}

/** Good news may be old, and is asked for; a Subscription that says it is broken is looked after. */
function brokenStatus({ status }: SubscriptionNotice): 'error' | 'off' | undefined {
  return status === 'error' || status === 'off' ? status : undefined;
}

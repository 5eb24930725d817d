import type { CountedEvents, EventGap, EventRange } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

const OPEN_GAPS = `
  insert into event_gap (source_id, remote_id, epoch, from_number, to_number)
  select $1, $2, missing.* from unnest($3::int[], $4::bigint[], $5::bigint[]) as missing`;

/** Locked by the Subscription's row, which whoever counts holds. */
const GAPS_WITH = `
  select distinct gap.* from event_gap as gap
  join unnest($3::int[], $4::bigint[], $5::bigint[]) as arrived(epoch, first, last)
    on gap.epoch = arrived.epoch and from_number <= arrived.last and to_number >= arrived.first
  where source_id = $1 and remote_id = $2 and healed is null`;

const SHRINK = `update event_gap set from_number = $2, to_number = $3 where id = $1 and healed is null`;

/** The rest of a gap of which a part arrived: as old as the whole. */
const SPLIT = `
  insert into event_gap (source_id, remote_id, epoch, from_number, to_number, opened_at)
  select source_id, remote_id, epoch, rest.first, rest.last, opened_at
  from event_gap, unnest($2::bigint[], $3::bigint[]) as rest(first, last) where id = $1`;

const HEAL = `
  update event_gap set healed = $2, healed_at = now() where id = any($1::bigint[]) and healed is null`;

const OPEN = `
  select * from event_gap
  where healed is null and opened_at < $1 and ($2::int is null or source_id = $2) order by opened_at, id`;

interface GapRow {
  readonly id: number;
  readonly source_id: number;
  readonly remote_id: string;
  readonly epoch: number;
  readonly from_number: number;
  readonly to_number: number;
  readonly opened_at: Date;
  readonly healed: EventGap['healed'] | null;
  readonly healed_at: Date | null;
}

type Executor = Pick<Database, 'executeQuery'>;

/** Opens gaps for what is missing, then closes, shrinks or splits those that something has arrived for. */
export async function countGaps(
  db: Executor,
  sourceId: number,
  subscription: string,
  { missing, arrived }: CountedEvents,
): Promise<void> {
  if (missing.length > 0) await run(db, OPEN_GAPS, sourceId, subscription, ...columnsOf(missing));
  if (arrived.length === 0) return;
  const gaps = await run<GapRow>(db, GAPS_WITH, sourceId, subscription, ...columnsOf(arrived));
  for (const gap of gaps) {
    const [first, ...more] = without(gap, arrived);
    if (!first) await healGaps(db, [gap.id], 'arrived');
    else await run(db, SHRINK, gap.id, first.from, first.to);
    if (more.length > 0)
      await run(
        db,
        SPLIT,
        gap.id,
        more.map(({ from }) => from),
        more.map(({ to }) => to),
      );
  }
}

export async function healGaps(
  db: Executor,
  gapIds: readonly number[],
  how: NonNullable<EventGap['healed']>,
): Promise<void> {
  await run(db, HEAL, gapIds, how);
}

export async function openGaps(db: Executor, before: Date, sourceId?: number): Promise<readonly EventGap[]> {
  const rows = await run<GapRow>(db, OPEN, before, sourceId ?? null);
  return rows.map((row) => ({
    id: row.id,
    sourceId: row.source_id,
    subscription: row.remote_id,
    epoch: row.epoch,
    from: row.from_number,
    to: row.to_number,
    openedAt: row.opened_at,
    healed: row.healed ?? undefined,
    healedAt: row.healed_at ?? undefined,
  }));
}

/** What is left of a gap, in order. */
function without(gap: GapRow, arrived: readonly EventRange[]): readonly Omit<EventRange, 'epoch'>[] {
  const inOrder = arrived
    .filter(({ epoch }) => epoch === gap.epoch)
    .sort((one, other) => one.from - other.from);
  const left = [];
  let from = gap.from_number;
  for (const range of inOrder) {
    if (range.from > gap.to_number) break;
    if (range.from > from) left.push({ from, to: range.from - 1 });
    from = Math.max(from, range.to + 1);
  }
  if (from <= gap.to_number) left.push({ from, to: gap.to_number });
  return left;
}

function columnsOf(ranges: readonly EventRange[]): readonly (readonly number[])[] {
  return [ranges.map(({ epoch }) => epoch), ranges.map(({ from }) => from), ranges.map(({ to }) => to)];
}

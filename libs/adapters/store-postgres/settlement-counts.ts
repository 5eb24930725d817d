import type { SettlementCounts } from '#ports';
import type { Transaction } from 'kysely';
import type { Tables } from './database.types.js';
import { run } from './statements.js';

/** Sources that are not declared have no counts. */
const COUNT = `
  insert into source_count as known (source_id, records, duplicates, conflicts, last_event_at)
  select new.* from unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[])
    as new(source_id, records, duplicates, conflicts, last_event_at)
  join source on source.id = new.source_id order by source_id
  on conflict (source_id) do update
  set records = known.records + excluded.records, duplicates = known.duplicates + excluded.duplicates,
    conflicts = known.conflicts + excluded.conflicts,
    last_event_at = greatest(known.last_event_at, excluded.last_event_at)`;

const COUNT_OF_TASKS = `
  insert into task_count as known (source_id, task, records, duplicates, conflicts, last_record_id)
  select new.* from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    as new(source_id, task, records, duplicates, conflicts, last_record_id)
  join source on source.id = new.source_id order by source_id, task
  on conflict (source_id, task) do update
  set records = known.records + excluded.records, duplicates = known.duplicates + excluded.duplicates,
    conflicts = known.conflicts + excluded.conflicts,
    last_record_id = greatest(known.last_record_id, excluded.last_record_id)`;

/** An inbox item that is being settled. */
export interface TakenItem {
  readonly id: number;
  readonly source_id: number;
  /** The task that brought it. */
  readonly task: string | null;
  readonly received_at: Date;
}

/** What became of one record version. */
export interface RecordOutcome {
  readonly item: TakenItem;
  readonly became: 'stored' | 'duplicate' | 'conflict';
  readonly recordId: number | undefined;
}

type Counts = Omit<SettlementCounts, 'deferred' | 'dead'>;

/** Last of all in a transaction: the counts of a source, or task, are one row, which every batch of it writes. */
export async function count(
  transaction: Transaction<Tables>,
  taken: readonly TakenItem[],
  outcomes: readonly RecordOutcome[],
): Promise<void> {
  await countForSources(transaction, taken, outcomes);
  await countForTasks(
    transaction,
    outcomes.filter(({ item }) => item.task !== null),
  );
}

export function totals(outcomes: readonly RecordOutcome[]): Counts {
  const tally = (became: RecordOutcome['became']) =>
    outcomes.reduce((sum, outcome) => sum + (outcome.became === became ? 1 : 0), 0);
  const last = outcomes.reduce((highest, { recordId = 0 }) => Math.max(highest, recordId), 0);
  return {
    stored: tally('stored'),
    duplicates: tally('duplicate'),
    conflicts: tally('conflict'),
    lastRecordId: last === 0 ? undefined : last,
  };
}

async function countForSources(
  transaction: Transaction<Tables>,
  taken: readonly TakenItem[],
  outcomes: readonly RecordOutcome[],
): Promise<void> {
  const items = Map.groupBy(taken, ({ source_id }) => source_id);
  if (items.size === 0) return;
  const sources = [...items.keys()];
  const counts = sources.map((id) => totals(outcomes.filter(({ item }) => item.source_id === id)));
  const newest = sources.map((id) =>
    items
      .get(id)!
      .reduce((latest, { received_at }) => (received_at > latest ? received_at : latest), new Date(0)),
  );
  await run(transaction, COUNT, sources, ...columnsOf(counts), newest);
}

async function countForTasks(
  transaction: Transaction<Tables>,
  outcomes: readonly RecordOutcome[],
): Promise<void> {
  const tasks = [...Map.groupBy(outcomes, ({ item }) => `${item.source_id} ${item.task}`).values()];
  if (tasks.length === 0) return;
  const counts = tasks.map(totals);
  await run(
    transaction,
    COUNT_OF_TASKS,
    tasks.map(([first]) => first!.item.source_id),
    tasks.map(([first]) => first!.item.task),
    ...columnsOf(counts),
    counts.map(({ lastRecordId = 0 }) => lastRecordId),
  );
}

function columnsOf(counts: readonly Counts[]): readonly (readonly number[])[] {
  return [
    counts.map(({ stored }) => stored),
    counts.map(({ duplicates }) => duplicates),
    counts.map(({ conflicts }) => conflicts),
  ];
}

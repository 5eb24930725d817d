import type { CatchUpRequest, NewRecordVersion, Settlement, SettlementCounts } from '#ports';
import type { Transaction } from 'kysely';
import { raiseConflicts } from './conflicts.js';
import type { Tables } from './database.types.js';
import { INSERT_RECORDS, isStorable, recordColumns } from './record-columns.js';
import { count, totals, type RecordOutcome, type TakenItem } from './settlement-counts.js';
import { run } from './statements.js';

/** Takes the items that nobody has settled yet, in one order for all workers. */
const TAKE = `
  select id, source_id, task, received_at from inbox
  where id = any($1::bigint[]) and state = 'waiting' order by id for update`;

const DELETE = `delete from inbox where id = any($1::bigint[])`;

const DEFER = `
  update inbox
  set attempts = attempts + 1, code = deferred.code, not_before = deferred.not_before
  from unnest($1::bigint[], $2::text[], $3::timestamptz[]) as deferred(id, code, not_before)
  where inbox.id = deferred.id`;

const BURY = `
  update inbox
  set state = 'dead', attempts = attempts + 1, code = dead.code, not_before = null, died_at = now()
  from unnest($1::bigint[], $2::text[]) as dead(id, code)
  where inbox.id = dead.id`;

const BURY_PARTS = `
  insert into inbox (source_id, task, received_at, state, attempts, code, died_at, sealed_body)
  select source_id, task, received_at, 'dead', 1, code, now(), sealed_body
  from unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[], $5::bytea[])
    as part(source_id, task, received_at, code, sealed_body)`;

/** Asks for what is asked for already once more, so that whoever carries it out now does not end it. */
export const ASK_AGAIN = `
  insert into catch_up (source_id, type, resource_id)
  select distinct * from unnest($1::int[], $2::text[], $3::text[]) order by 1, 2, 3
  on conflict on constraint catch_up_once do update set asked_at = clock_timestamp()`;

/**
 * Asks for the history of each resource of whose given version the one before is unknown. A version that the source
 * does not number has no such predecessor.
 */
const ASK_FOR_PREDECESSORS = `
  insert into catch_up (source_id, type, resource_id)
  select distinct source_id, type, resource_id
  from unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) as new(source_id, type, resource_id, version_number)
  where version_number > 1 and not exists (
    select from record
    where record.source_id = new.source_id and record.type = new.type and record.resource_id = new.resource_id
      and record.version_id = (new.version_number - 1)::text)
  order by source_id, type, resource_id
  on conflict on constraint catch_up_once do update set asked_at = clock_timestamp()`;

type Outcome<O extends Settlement['outcome']> = Extract<Settlement, { outcome: O }>;

/** Settles a batch in the given transaction: see {@link Inbox.settle}. A statement a step, whatever the batch's size. */
export async function settle(
  transaction: Transaction<Tables>,
  settlements: readonly Settlement[],
): Promise<SettlementCounts> {
  const asked = new Map(settlements.map((settlement) => [settlement.itemId, settlement]));
  const taken = await run<TakenItem>(transaction, TAKE, [...asked.keys()]);
  const items = new Map(taken.map((item) => [item.id, item]));
  const mine = taken.flatMap(({ id }) => storableAndDead(asked.get(id)!));

  const stored = withOutcome(mine, 'stored');
  const deferred = withOutcome(mine, 'deferred');
  const dead = withOutcome(mine, 'dead');
  const outcomes = await storeRecords(
    transaction,
    stored.flatMap(({ records, itemId }) => records.map((record) => ({ record, item: items.get(itemId)! }))),
  );
  const parts = await buryParts(transaction, stored, items);
  await askAgain(
    transaction,
    stored.flatMap(({ catchUps = [] }) => catchUps),
  );
  const buried = new Set(column(dead, 'itemId'));
  const gone = column(stored, 'itemId').filter((id) => !buried.has(id));
  if (gone.length > 0) await run(transaction, DELETE, gone);
  if (deferred.length > 0)
    await run(
      transaction,
      DEFER,
      column(deferred, 'itemId'),
      column(deferred, 'code'),
      column(deferred, 'notBefore'),
    );
  if (dead.length > 0) await run(transaction, BURY, column(dead, 'itemId'), column(dead, 'code'));
  await count(transaction, taken, outcomes);
  return { ...totals(outcomes), deferred: deferred.length, dead: dead.length + parts };
}

async function storeRecords(
  transaction: Transaction<Tables>,
  brought: readonly { readonly record: NewRecordVersion; readonly item: TakenItem }[],
): Promise<readonly RecordOutcome[]> {
  if (brought.length === 0) return [];
  const records = column(brought, 'record');
  const inserted = await run<{ id: number; commitment: Buffer }>(
    transaction,
    INSERT_RECORDS,
    ...recordColumns(records),
  );
  // Commitments are as unique as the 32 random bytes in each.
  const ids = new Map(inserted.map(({ id, commitment }) => [commitment.toString('latin1'), id]));
  const idOf = ({ commitment }: NewRecordVersion): number | undefined =>
    ids.get(Buffer.from(commitment).toString('latin1'));
  const claimed = new Set<number>();
  const isFirst = (id: number | undefined): boolean =>
    id !== undefined && !claimed.has(id) && !!claimed.add(id);
  const fresh = records.map((record) => isFirst(idOf(record)));
  const known = records.filter((_, at) => !fresh[at]);
  // A new statement sees what the one before was kept from storing, even if it was committed only just now.
  const conflicts = await raiseConflicts(transaction, known);
  await askForPredecessors(
    transaction,
    records.filter((record, at) => fresh[at] && record.expectsPredecessor),
  );
  return brought.map(({ record, item }, at) => ({
    item,
    became: fresh[at] ? 'stored' : conflicts.has(record) ? 'conflict' : 'duplicate',
    recordId: fresh[at] ? idOf(record) : undefined,
  }));
}

async function askForPredecessors(
  transaction: Transaction<Tables>,
  records: readonly NewRecordVersion[],
): Promise<void> {
  const numbered = records.filter(({ statement }) => /^[1-9]\d{0,17}$/.test(statement.version));
  if (numbered.length === 0) return;
  await run(
    transaction,
    ASK_FOR_PREDECESSORS,
    column(numbered, 'sourceId'),
    numbered.map(({ statement }) => statement.type),
    numbered.map(({ statement }) => statement.id),
    numbered.map(({ statement }) => statement.version),
  );
}

async function buryParts(
  transaction: Transaction<Tables>,
  stored: readonly Outcome<'stored'>[],
  items: ReadonlyMap<number, TakenItem>,
): Promise<number> {
  const parts = stored.flatMap(({ itemId, dead = [] }) =>
    dead.map((part) => ({ ...part, item: items.get(itemId)! })),
  );
  if (parts.length > 0)
    await run(
      transaction,
      BURY_PARTS,
      parts.map(({ item }) => item.source_id),
      parts.map(({ item }) => item.task),
      parts.map(({ item }) => item.received_at),
      column(parts, 'code'),
      column(parts, 'sealedBody'),
    );
  return parts.length;
}

async function askAgain(
  transaction: Transaction<Tables>,
  requests: readonly CatchUpRequest[],
): Promise<void> {
  if (requests.length > 0)
    await run(
      transaction,
      ASK_AGAIN,
      column(requests, 'sourceId'),
      requests.map(({ resource }) => resource?.type ?? ''),
      requests.map(({ resource }) => resource?.id ?? ''),
    );
}

/**
 * An item of which some record version cannot be stored is kept sealed with its reason, instead of failing every batch
 * that it comes in; what else it brought is stored.
 */
function storableAndDead(settlement: Settlement): readonly Settlement[] {
  if (settlement.outcome !== 'stored' || settlement.records.every(isStorable)) return [settlement];
  const { itemId, records } = settlement;
  return [
    { ...settlement, records: records.filter(isStorable) },
    { itemId, outcome: 'dead', code: 'STORE.UNSTORABLE_NAME' },
  ];
}

function withOutcome<O extends Settlement['outcome']>(
  settlements: readonly Settlement[],
  outcome: O,
): Outcome<O>[] {
  return settlements.filter((settlement): settlement is Outcome<O> => settlement.outcome === outcome);
}

function column<Row, Name extends keyof Row>(rows: readonly Row[], name: Name): Row[Name][] {
  return rows.map((row) => row[name]);
}

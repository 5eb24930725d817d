import type { NewRecordVersion, Settlement, SettlementCounts } from '#ports';
import type { Transaction } from 'kysely';
import type { Tables } from './database.types.js';
import { INSERT_RECORDS, isStorable, recordColumns } from './record-columns.js';
import { run } from './statements.js';

/** Takes the items that nobody has settled yet, in one order for all workers. */
const TAKE = `select id from inbox where id = any($1::bigint[]) and state = 'waiting' order by id for update`;

/** How many of the given digests differ from the ones stored under the same key. */
const CONFLICTS = `
  select count(*) as conflicts
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bytea[])
    as new(source_id, type, resource_id, version_id, exact)
  join record using (source_id, type, resource_id, version_id)
  where record.exact is distinct from new.exact`;

const DELETE = `delete from inbox where id = any($1::bigint[])`;

const DEFER = `
  update inbox
  set attempts = attempts + 1, code = deferred.code, not_before = deferred.not_before
  from unnest($1::bigint[], $2::text[], $3::timestamptz[]) as deferred(id, code, not_before)
  where inbox.id = deferred.id`;

const BURY = `
  update inbox
  set state = 'dead', attempts = attempts + 1, code = dead.code, not_before = null
  from unnest($1::bigint[], $2::text[]) as dead(id, code)
  where inbox.id = dead.id`;

type Outcome<O extends Settlement['outcome']> = Extract<Settlement, { outcome: O }>;

/** Settles a batch in the given transaction: see {@link Inbox.settle}. A statement a step, whatever the batch's size. */
export async function settle(
  transaction: Transaction<Tables>,
  settlements: readonly Settlement[],
): Promise<SettlementCounts> {
  const asked = new Map(settlements.map((settlement) => [settlement.itemId, settlement]));
  const taken = await run<{ id: number }>(transaction, TAKE, [...asked.keys()]);
  const mine = taken.map(({ id }) => storableOrDead(asked.get(id)!));

  const stored = withOutcome(mine, 'stored');
  const deferred = withOutcome(mine, 'deferred');
  const dead = withOutcome(mine, 'dead');
  const counts = await storeRecords(
    transaction,
    stored.map(({ record }) => record),
  );
  if (stored.length > 0) await run(transaction, DELETE, column(stored, 'itemId'));
  if (deferred.length > 0)
    await run(
      transaction,
      DEFER,
      column(deferred, 'itemId'),
      column(deferred, 'code'),
      column(deferred, 'notBefore'),
    );
  if (dead.length > 0) await run(transaction, BURY, column(dead, 'itemId'), column(dead, 'code'));
  return { ...counts, deferred: deferred.length, dead: dead.length };
}

async function storeRecords(
  transaction: Transaction<Tables>,
  records: readonly NewRecordVersion[],
): Promise<Omit<SettlementCounts, 'deferred' | 'dead'>> {
  if (records.length === 0) return { stored: 0, duplicates: 0, conflicts: 0, lastRecordId: undefined };
  const columns = recordColumns(records);
  const stored = await run<{ id: number }>(transaction, INSERT_RECORDS, ...columns);
  // A new statement sees what the one before was kept from storing, even if it was committed only just now.
  const known = records.length - stored.length;
  const exact = records.map(({ views }) => views?.exact);
  const [row] =
    known === 0
      ? []
      : await run<{ conflicts: number }>(transaction, CONFLICTS, ...columns.slice(0, 4), exact);
  const conflicts = row?.conflicts ?? 0;
  return {
    stored: stored.length,
    duplicates: known - conflicts,
    conflicts,
    lastRecordId: stored.length === 0 ? undefined : Math.max(...stored.map(({ id }) => id)),
  };
}

/** What cannot be stored is kept sealed with its reason, instead of failing every batch that it comes in. */
function storableOrDead(settlement: Settlement): Settlement {
  return settlement.outcome === 'stored' && !isStorable(settlement.record)
    ? { itemId: settlement.itemId, outcome: 'dead', code: 'STORE.UNSTORABLE_NAME' }
    : settlement;
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

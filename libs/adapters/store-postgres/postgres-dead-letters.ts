import { DeadLetters, type DeadLetter, type DeadLetterFilter } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

/** Parameters 1 to 4: see {@link parametersOf}. Index inbox_dead. */
const MATCHES = `
  state = 'dead' and ($1::bigint[] is null or inbox.id = any($1)) and ($2::int is null or source_id = $2)
  and ($3::text is null or code = $3) and ($4::timestamptz is null or died_at < $4)`;

const LIST = `
  select inbox.id, coalesce(source.name, '') as source, code, attempts, received_at, died_at
  from inbox left join source on source.id = source_id
  where ${MATCHES} and ($6::bigint is null or inbox.id < $6)
  order by inbox.id desc limit $5`;

const COUNT = `
  select coalesce(source.name, '') as source, dead.code, dead.count
  from (select source_id, code, count(*) as count from inbox where ${MATCHES} group by source_id, code) as dead
  left join source on source.id = source_id
  order by source, code`;

/** What another one tries again at this moment is left to it. */
const RETRY = `
  update inbox
  set state = 'waiting', attempts = 0, code = null, not_before = null, died_at = null, retried_at = now()
  where id in (select id from inbox where ${MATCHES} order by id limit $5 for update skip locked)
  returning id`;

interface DeadRow {
  readonly id: number;
  readonly source: string;
  readonly code: string;
  readonly attempts: number;
  readonly received_at: Date;
  readonly died_at: Date;
}

/** Dead letters in PostgreSQL: inbox items that are kept instead of settled. */
export class PostgresDeadLetters extends DeadLetters {
  constructor(private readonly db: Database) {
    super();
  }

  override async list(
    filter: DeadLetterFilter,
    limit: number,
    before?: number,
  ): Promise<readonly DeadLetter[]> {
    const rows = await run<DeadRow>(this.db, LIST, ...parametersOf(filter), limit, before ?? null);
    return rows.map(({ received_at: receivedAt, died_at: diedAt, ...row }) => ({
      ...row,
      receivedAt,
      diedAt,
    }));
  }

  override async count(
    filter: DeadLetterFilter,
  ): Promise<readonly { readonly source: string; readonly code: string; readonly count: number }[]> {
    return await run(this.db, COUNT, ...parametersOf(filter));
  }

  override async retry(filter: DeadLetterFilter, limit: number): Promise<readonly number[]> {
    const rows = await run<{ id: number }>(this.db, RETRY, ...parametersOf(filter), limit);
    return rows.map(({ id }) => id).sort((a, b) => a - b);
  }
}

function parametersOf({ ids, sourceId, code, diedBefore }: DeadLetterFilter): readonly unknown[] {
  return [ids ?? null, sourceId ?? null, code ?? null, diedBefore ?? null];
}

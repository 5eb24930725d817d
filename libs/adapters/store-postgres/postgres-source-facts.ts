import { SourceFactsReader, type SourceFacts } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

/** How many rows there are for each source. */
const countOf = (table: string, where: string): string => `
  left join (select source_id, count(*) as count from ${table} where ${where} group by source_id)`;

const ONE = `($1::int is null or source_id = $1)`;

const FACTS = `
  select source.id, last_event_at, coalesce(inbox_of.waiting, 0) as waiting, inbox_of.oldest,
    coalesce(records, 0) as records, coalesce(duplicates, 0) as duplicates, coalesce(conflicts, 0) as conflicts,
    coalesce(dead.count, 0) as dead, coalesce(open.count, 0) as gaps_open, coalesce(healed.count, 0) as gaps_healed,
    coalesce(asked.count, 0) as catch_ups, coalesce(wrong.count, 0) as incidents
  from source
  left join source_count on source_count.source_id = source.id
  left join (
    select source_id, count(*) as waiting, min(greatest(received_at, retried_at)) as oldest
    from inbox where state = 'waiting' and ${ONE} group by source_id
  ) as inbox_of on inbox_of.source_id = source.id
  ${countOf('inbox', `state = 'dead' and ${ONE}`)} as dead on dead.source_id = source.id
  ${countOf('event_gap', `healed is null and ${ONE}`)} as open on open.source_id = source.id
  ${countOf('event_gap', `healed is not null and ${ONE}`)} as healed on healed.source_id = source.id
  ${countOf('catch_up', ONE)} as asked on asked.source_id = source.id
  ${countOf('incident', `closed_at is null and ${ONE}`)} as wrong on wrong.source_id = source.id
  where $1::int is null or source.id = $1
  order by source.name`;

interface FactsRow {
  readonly id: number;
  readonly last_event_at: Date | null;
  readonly waiting: number;
  readonly oldest: Date | null;
  readonly records: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly dead: number;
  readonly gaps_open: number;
  readonly gaps_healed: number;
  readonly catch_ups: number;
  readonly incidents: number;
}

/** Figures for each source from PostgreSQL, each by an index of just what is counted. */
export class PostgresSourceFacts extends SourceFactsReader {
  constructor(private readonly db: Database) {
    super();
  }

  override async facts(sourceId?: number): Promise<readonly SourceFacts[]> {
    return (await run<FactsRow>(this.db, FACTS, sourceId ?? null)).map((row) => ({
      sourceId: row.id,
      lastEventAt: row.last_event_at ?? undefined,
      waiting: row.waiting,
      oldestWaiting: row.oldest ?? undefined,
      records: row.records,
      duplicates: row.duplicates,
      conflicts: row.conflicts,
      deadLetters: row.dead,
      gapsOpen: row.gaps_open,
      gapsHealed: row.gaps_healed,
      catchUps: row.catch_ups,
      incidentsOpen: row.incidents,
    }));
  }
}

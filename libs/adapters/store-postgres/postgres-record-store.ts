import {
  RecordStore,
  type DigestMatch,
  type DigestQuery,
  type RecordSummary,
  type StoredRecord,
} from '#ports';
import type { Database } from './database.types.js';
import { matchDigests } from './match.js';
import {
  NEWEST_FIRST,
  OPENING,
  SUMMARY,
  SUMMARY_JOINS,
  toStoredRecord,
  toSummary,
  type RecordRow,
  type SummaryRow,
} from './record-rows.js';
import { run } from './statements.js';
import { isStorableName } from './storable-name.js';

const VERSIONS = `
  select ${SUMMARY} from record r ${SUMMARY_JOINS}
  where r.type = $1 and r.resource_id = $2 and ($3::text is null or s.name = $3)
  order by ${NEWEST_FIRST}
  limit $4`;

const OPEN = `select ${SUMMARY}, ${OPENING} from record r ${SUMMARY_JOINS} where r.id = any($1::bigint[])`;

const AT_INDEX = `select ${SUMMARY}, ${OPENING} from record r ${SUMMARY_JOINS} where e.index = $1`;

/** Record versions in PostgreSQL. */
export class PostgresRecordStore extends RecordStore {
  constructor(private readonly db: Database) {
    super();
  }

  override async match(queries: readonly DigestQuery[]): Promise<readonly (DigestMatch | undefined)[]> {
    return await matchDigests(this.db, queries);
  }

  override async versions(key: {
    readonly source?: string;
    readonly type: string;
    readonly id: string;
    readonly limit: number;
  }): Promise<readonly RecordSummary[]> {
    const { source, type, id, limit } = key;
    if (![type, id, source ?? ''].every(isStorableName)) return [];
    const rows = await run<SummaryRow>(this.db, VERSIONS, type, id, source ?? null, limit);
    return rows.map(toSummary);
  }

  override async open(recordIds: readonly number[]): Promise<readonly StoredRecord[]> {
    const rows = await run<RecordRow>(this.db, OPEN, recordIds);
    const byId = new Map(rows.map((row) => [row.record_id, row]));
    return recordIds.flatMap((id) => byId.get(id) ?? []).map(toStoredRecord);
  }

  override async atIndex(index: number): Promise<StoredRecord | undefined> {
    const [row] = await run<RecordRow>(this.db, AT_INDEX, index);
    return row && toStoredRecord(row);
  }
}

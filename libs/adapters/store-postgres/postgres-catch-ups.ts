import { CatchUps, type CatchUp, type CatchUpRequest } from '#ports';
import type { Database } from './database.types.js';
import { ASK_AGAIN } from './settle.js';
import { run } from './statements.js';

const DUE = `
  select id, source_id, type, resource_id, asked_at, attempts from catch_up
  where source_id = $1 and first_asked_at < $2 and (not_before is null or not_before <= now())
  order by first_asked_at, id limit $3`;

/** One that was asked for again meanwhile stays. */
const DONE = `
  delete from catch_up using unnest($1::bigint[], $2::timestamptz[]) as done(id, asked_at)
  where catch_up.id = done.id and date_trunc('milliseconds', catch_up.asked_at) <= done.asked_at`;

const DEFER = `update catch_up set attempts = attempts + 1, code = $2, not_before = $3 where id = $1`;

const WAITING = `select source_id, count(*) as waiting from catch_up group by source_id`;

interface CatchUpRow {
  readonly id: number;
  readonly source_id: number;
  readonly type: string;
  readonly resource_id: string;
  readonly asked_at: Date;
  readonly attempts: number;
}

/** Requests to sources in PostgreSQL. */
export class PostgresCatchUps extends CatchUps {
  constructor(private readonly db: Database) {
    super();
  }

  override async ask(requests: readonly CatchUpRequest[]): Promise<void> {
    if (requests.length === 0) return;
    await run(
      this.db,
      ASK_AGAIN,
      requests.map(({ sourceId }) => sourceId),
      requests.map(({ resource }) => resource?.type ?? ''),
      requests.map(({ resource }) => resource?.id ?? ''),
    );
  }

  override async due(sourceId: number, before: Date, limit: number): Promise<readonly CatchUp[]> {
    const rows = await run<CatchUpRow>(this.db, DUE, sourceId, before, limit);
    return rows.map(({ id, source_id, type, resource_id, asked_at: askedAt, attempts }) => ({
      id,
      sourceId: source_id,
      ...(type !== '' && { resource: { type, id: resource_id } }),
      askedAt,
      attempts,
    }));
  }

  override async done(catchUps: readonly CatchUp[]): Promise<void> {
    await run(
      this.db,
      DONE,
      catchUps.map(({ id }) => id),
      catchUps.map(({ askedAt }) => askedAt),
    );
  }

  override async defer({ id }: CatchUp, code: string, notBefore: Date): Promise<void> {
    await run(this.db, DEFER, id, code, notBefore);
  }

  override async waiting(): Promise<ReadonlyMap<number, number>> {
    const rows = await run<{ source_id: number; waiting: number }>(this.db, WAITING);
    return new Map(rows.map(({ source_id, waiting }) => [source_id, waiting]));
  }
}

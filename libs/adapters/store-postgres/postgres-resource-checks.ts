import { ResourceChecks, type CheckCoverage, type ResourceToCheck } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';
import { WALK_ESTATE, WALK_STEP } from './walk-estate.js';

/** Indexes resource_check_next and record_newest. */
const NEXT = `
  select known.type, known.resource_id as id, newest.id as "recordId"
  from resource_check as known cross join lateral (
    select id, interaction from record
    where record.type = known.type and record.resource_id = known.resource_id
      and record.source_id = known.source_id
    order by ordered_at desc, version_number desc nulls last, id desc limit 1
  ) as newest
  where known.source_id = $1 and known.looked_at < $2 and newest.interaction <> 'delete'
  order by known.looked_at limit $3`;

const LOOKED = (columns: string) => `
  update resource_check set ${columns}
  from unnest($2::text[], $3::text[]) as seen(type, resource_id)
  where source_id = $1 and resource_check.type = seen.type and resource_check.resource_id = seen.resource_id`;

const CHECKED = LOOKED('checked_at = now(), looked_at = now()');
const PASSED_OVER = LOOKED('looked_at = now()');

/** Index resource_check_coverage alone answers. */
const COVERAGE = `
  select count(*) as resources, count(*) filter (where checked_at >= $2) as checked,
    max(checked_at) filter (where isfinite(checked_at)) as last
  from resource_check where source_id = $1`;

interface CoverageRow {
  readonly resources: number;
  readonly checked: number;
  readonly last: Date | null;
}

/** Checks of resources in PostgreSQL. */
export class PostgresResourceChecks extends ResourceChecks {
  constructor(private readonly db: Database) {
    super();
  }

  override async next(sourceId: number, before: Date, limit: number): Promise<readonly ResourceToCheck[]> {
    await run(this.db, WALK_ESTATE, sourceId, WALK_STEP);
    return await run<ResourceToCheck>(this.db, NEXT, sourceId, before, limit);
  }

  override async checked(sourceId: number, resources: readonly ResourceToCheck[]): Promise<void> {
    await this.look(CHECKED, sourceId, resources);
  }

  override async passedOver(sourceId: number, resources: readonly ResourceToCheck[]): Promise<void> {
    await this.look(PASSED_OVER, sourceId, resources);
  }

  override async coverage(sourceId: number, since: Date): Promise<CheckCoverage> {
    const [row] = await run<CoverageRow>(this.db, COVERAGE, sourceId, since);
    return {
      resources: row?.resources ?? 0,
      checked: row?.checked ?? 0,
      lastCheckAt: row?.last ?? undefined,
    };
  }

  private async look(
    statement: string,
    sourceId: number,
    resources: readonly ResourceToCheck[],
  ): Promise<void> {
    const types = resources.map(({ type }) => type);
    const ids = resources.map(({ id }) => id);
    if (resources.length > 0) await run(this.db, statement, sourceId, types, ids);
  }
}

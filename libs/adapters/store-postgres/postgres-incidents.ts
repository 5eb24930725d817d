import { Incidents, type Incident, type IncidentFilter, type IncidentKind, type NewIncident } from '#ports';
import type { Database } from './database.types.js';
import { raiseIncidents } from './raise-incidents.js';
import { run } from './statements.js';

/** The names of a record version that was erased are empty. */
const LIST = `
  select incident.id, source.name as source, kind, coalesce(type, '') as type, coalesce(resource_id, '') as resource_id,
    coalesce(version_id, '') as version, record_id, elements, found_at, seen_last_at, seen, closed_at
  from incident
  join source on source.id = incident.source_id
  left join record on record.id = record_id
  where ($1::int is null or incident.source_id = $1) and ($2::text is null or kind = $2)
    and ($3::boolean is null or (closed_at is null) = $3) and ($4::bigint is null or incident.id < $4)
  order by incident.id desc limit $5`;

const CLOSE = `
  update incident set closed_at = now() where id = any($1::bigint[]) and closed_at is null returning id`;

/** Index incident_open. */
const OPEN = `
  select source.name as source, kind, count(*) as count
  from incident join source on source.id = source_id
  where closed_at is null group by source.name, kind order by source.name, kind`;

interface IncidentRow {
  readonly id: number;
  readonly source: string;
  readonly kind: IncidentKind;
  readonly type: string;
  readonly resource_id: string;
  readonly version: string;
  readonly record_id: number;
  readonly elements: string;
  readonly found_at: Date;
  readonly seen_last_at: Date;
  readonly seen: number;
  readonly closed_at: Date | null;
}

/** Incidents in PostgreSQL. */
export class PostgresIncidents extends Incidents {
  constructor(private readonly db: Database) {
    super();
  }

  override async raise(incidents: readonly NewIncident[]): Promise<number> {
    return await raiseIncidents(this.db, incidents);
  }

  override async list(filter: IncidentFilter, limit: number, before?: number): Promise<readonly Incident[]> {
    const { sourceId = null, kind = null, open = null } = filter;
    const rows = await run<IncidentRow>(this.db, LIST, sourceId, kind, open, before ?? null, limit);
    return rows.map(toIncident);
  }

  override async close(ids: readonly number[]): Promise<number> {
    return (await run(this.db, CLOSE, ids)).length;
  }

  override async open(): Promise<
    readonly { readonly source: string; readonly kind: IncidentKind; readonly count: number }[]
  > {
    return await run(this.db, OPEN);
  }
}

function toIncident(row: IncidentRow): Incident {
  const { id, source, kind, type, version, seen } = row;
  return {
    id,
    source,
    kind,
    type,
    resourceId: row.resource_id,
    version,
    recordId: row.record_id,
    elements: JSON.parse(row.elements) as string[],
    foundAt: row.found_at,
    seenLastAt: row.seen_last_at,
    seen,
    closedAt: row.closed_at ?? undefined,
  };
}

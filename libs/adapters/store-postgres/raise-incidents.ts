import type { NewIncident } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

/** An incident that is known is counted; one that an operator closed is open again. */
const RAISE = `
  insert into incident as known (source_id, kind, record_id, found, elements)
  select distinct on (record_id, kind, found) *
  from unnest($1::int[], $2::text[], $3::bigint[], $4::bytea[], $5::text[])
    as new(source_id, kind, record_id, found, elements)
  order by record_id, kind, found
  on conflict on constraint incident_once do update
  set seen = known.seen + 1, seen_last_at = now(), closed_at = null
  returning (xmax = 0) as is_new`;

/** Raises incidents, within the transaction where there is one; answers how many were new. */
export async function raiseIncidents(
  db: Pick<Database, 'executeQuery'>,
  incidents: readonly NewIncident[],
): Promise<number> {
  if (incidents.length === 0) return 0;
  const rows = await run<{ is_new: boolean }>(
    db,
    RAISE,
    incidents.map(({ sourceId }) => sourceId),
    incidents.map(({ kind }) => kind),
    incidents.map(({ recordId }) => recordId),
    incidents.map(({ found }) => found ?? new Uint8Array()),
    incidents.map(({ elements }) => JSON.stringify(elements)),
  );
  return rows.filter(({ is_new }) => is_new).length;
}

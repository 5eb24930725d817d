import { differingElements } from '#core';
import type { NewIncident, NewRecordVersion } from '#ports';
import type { Transaction } from 'kysely';
import type { Tables } from './database.types.js';
import { raiseIncidents } from './raise-incidents.js';
import { toElements } from './record-rows.js';
import { run } from './statements.js';

/** The record versions under the given keys whose content is another than the given one, with what opens them. */
const CONFLICTS = `
  select new.at, record.id, record.record_salt, record.element_names, record.element_leaves
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bytea[]) with ordinality
    as new(source_id, type, resource_id, version_id, exact, at)
  join record on record.source_id = new.source_id and record.type = new.type
    and record.resource_id = new.resource_id and record.version_id = new.version_id
    and (record.interaction = 'delete') = (new.exact is null)
  where record.exact is distinct from new.exact`;

interface ConflictRow {
  /** Which of the given ones, from 1. */
  readonly at: number;
  readonly id: number;
  readonly record_salt: Buffer;
  readonly element_names: string;
  readonly element_leaves: Buffer;
}

/**
 * Raises an incident for each of the given record versions that is on record with other content; answers those. What
 * is on record stays as it is.
 */
export async function raiseConflicts(
  transaction: Transaction<Tables>,
  known: readonly NewRecordVersion[],
): Promise<ReadonlySet<NewRecordVersion>> {
  if (known.length === 0) return new Set();
  const rows = await run<ConflictRow>(
    transaction,
    CONFLICTS,
    known.map(({ sourceId }) => sourceId),
    known.map(({ statement }) => statement.type),
    known.map(({ statement }) => statement.id),
    known.map(({ statement }) => statement.version),
    known.map(({ views }) => views?.exact),
  );
  await raiseIncidents(
    transaction,
    rows.map((row) => incidentOf(known[row.at - 1]!, row)),
  );
  return new Set(rows.map(({ at }) => known[at - 1]!));
}

function incidentOf({ sourceId, views, leavesUnder }: NewRecordVersion, row: ConflictRow): NewIncident {
  return {
    sourceId,
    kind: 'content-mismatch',
    recordId: row.id,
    found: views?.exact,
    elements: differingElements(toElements(row), leavesUnder?.(row.record_salt) ?? []),
  };
}

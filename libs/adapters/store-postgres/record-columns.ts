import { concatBytes } from '#core';
import type { NewRecordVersion } from '#ports';
import { isStorableName } from './storable-name.js';

/** FHIR instant: https://hl7.org/fhir/R4/datatypes.html#instant */
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
const NUMERIC_VERSION = /^\d{1,18}$/;

/** Whether the database can hold a record version's names: hostile ones would fail their whole batch for ever. */
export function isStorable({ statement }: NewRecordVersion): boolean {
  const names = [statement.type, statement.id, statement.version, statement.lastUpdated ?? ''];
  return names.every(isStorableName);
}

/**
 * Where a version stands among those of its resource: microseconds since 1970 of its `lastUpdated`, or of when it was
 * observed if it has none that can be read. As text, since it may exceed 2^53.
 */
function orderOf({ statement }: NewRecordVersion): string {
  const [, time, fraction = '', zone] = INSTANT.exec(statement.lastUpdated ?? '') ?? [];
  const seconds = Date.parse(`${time}${zone}`);
  const [start, digits] = Number.isNaN(seconds) ? [Date.parse(statement.observed), ''] : [seconds, fraction];
  return String(BigInt(start) * 1000n + BigInt(digits.padEnd(6, '0').slice(0, 6)));
}

/** Columns of `record` as one array each, in the order of {@link INSERT_RECORDS}'s parameters. */
export function recordColumns(records: readonly NewRecordVersion[]): readonly unknown[] {
  const column = (of: (record: NewRecordVersion) => unknown): unknown[] => records.map(of);
  return [
    column(({ sourceId }) => sourceId),
    column(({ statement }) => statement.type),
    column(({ statement }) => statement.id),
    column(({ statement }) => statement.version),
    column(({ statement }) => statement.interaction),
    column(({ statement }) => statement.lastUpdated),
    column(orderOf),
    column(({ statement }) => (NUMERIC_VERSION.test(statement.version) ? statement.version : null)),
    column(({ statement }) => statement.observed),
    column(({ views }) => views?.exact),
    column(({ views }) => views?.portable),
    column(({ commitment }) => commitment),
    column(({ recordSalt }) => recordSalt),
    column(({ statement }) => JSON.stringify(statement)),
    column(({ elements }) => JSON.stringify(elements.map(({ name }) => name))),
    column(({ elements }) => concatBytes(...elements.map(({ leaf }) => leaf))),
    column(({ obtained }) => obtained),
    column(({ warnings }) => JSON.stringify(warnings)),
  ];
}

/**
 * Stores those of the given record versions that are new and queues their commitments; answers the id and commitment
 * of each. Sorted by key, so that two batches that overlap wait for each other in one order only.
 */
export const INSERT_RECORDS = `
  with stored as (
    insert into record (source_id, type, resource_id, version_id, interaction, last_updated, ordered_at,
      version_number, observed, exact, portable, commitment, record_salt, statement, element_names, element_leaves,
      obtained, warnings)
    select source_id, type, resource_id, version_id, interaction, last_updated, ordered_at,
      version_number, observed, exact, portable, commitment, record_salt, statement, element_names, element_leaves,
      obtained, array(select jsonb_array_elements_text(warnings::jsonb))
    from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
      $8::bigint[], $9::timestamptz[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[], $14::text[],
      $15::text[], $16::bytea[], $17::text[], $18::text[]) with ordinality
      as new(source_id, type, resource_id, version_id, interaction, last_updated, ordered_at,
        version_number, observed, exact, portable, commitment, record_salt, statement, element_names,
        element_leaves, obtained, warnings, at)
    order by source_id, type, resource_id, version_id, at
    on conflict (source_id, type, resource_id, version_id, (interaction = 'delete')) do nothing
    returning id, commitment
  ), queued as (
    insert into pending (record_id) select id from stored order by id
  )
  select id, commitment from stored`;

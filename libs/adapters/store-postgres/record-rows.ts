import type { ElementLeaf, Interaction, Statement } from '#core';
import type { Obtained, RecordSummary, StoredRecord } from '#ports';

/** Joins that {@link SUMMARY} and {@link NEWEST_FIRST} read from; `r` is the record version in question. */
export const SUMMARY_JOINS = `
  join source s on s.id = r.source_id
  left join entry e on e.record_id = r.id
  left join lateral (
    select n.id, n.interaction from record n
    where n.type = r.type and n.resource_id = r.resource_id and n.source_id = r.source_id
    order by n.ordered_at desc, n.version_number desc nulls last, n.id desc
    limit 1
  ) newest on true`;

/** Newest first: what the standing of versions follows from. Index record_newest. */
export const NEWEST_FIRST = `r.ordered_at desc, r.version_number desc nulls last, r.id desc`;

export const SUMMARY = `
  r.id as record_id, r.source_id, s.name as source_name, s.base as source_base,
  r.type, r.resource_id, r.version_id, r.interaction, r.last_updated, r.observed, r.obtained, r.warnings,
  e.index,
  case when newest.interaction = 'delete' then 'deleted' when newest.id = r.id then 'current' else 'superseded' end
    as standing`;

export const OPENING = `r.statement, r.record_salt, r.element_names, r.element_leaves`;

/** A row of {@link SUMMARY}. */
export interface SummaryRow {
  readonly record_id: number;
  readonly source_id: number;
  readonly source_name: string;
  readonly source_base: string;
  readonly type: string;
  readonly resource_id: string;
  readonly version_id: string;
  readonly interaction: Interaction;
  readonly last_updated: string | null;
  readonly observed: Date;
  readonly obtained: Obtained;
  readonly warnings: string[];
  readonly index: number | null;
  readonly standing: RecordSummary['standing'];
}

/** A row of {@link SUMMARY} and {@link OPENING}. */
export interface RecordRow extends SummaryRow {
  readonly statement: string;
  readonly record_salt: Buffer;
  readonly element_names: string;
  readonly element_leaves: Buffer;
}

export function toSummary(row: SummaryRow): RecordSummary {
  return {
    recordId: row.record_id,
    source: { id: row.source_id, name: row.source_name, base: row.source_base },
    type: row.type,
    id: row.resource_id,
    version: row.version_id,
    interaction: row.interaction,
    lastUpdated: row.last_updated ?? undefined,
    observed: row.observed,
    obtained: row.obtained,
    warnings: row.warnings,
    index: row.index ?? undefined,
    standing: row.standing,
  };
}

export function toStoredRecord(row: RecordRow): StoredRecord {
  return {
    ...toSummary(row),
    statement: JSON.parse(row.statement) as Statement,
    recordSalt: row.record_salt,
    elements: toElements(row),
  };
}

export function toElements(row: Pick<RecordRow, 'element_names' | 'element_leaves'>): readonly ElementLeaf[] {
  const names = JSON.parse(row.element_names) as string[];
  return names.map((name, at) => ({ name, leaf: row.element_leaves.subarray(32 * at, 32 * at + 32) }));
}

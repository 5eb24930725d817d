import type { DigestMatch, DigestQuery } from '#ports';
import type { Database } from './database.types.js';
import { NEWEST_FIRST, SUMMARY, SUMMARY_JOINS, toSummary, type SummaryRow } from './record-rows.js';
import { run } from './statements.js';
import { isStorableName } from './storable-name.js';

/** The best of the record versions that agree under one view, and how many others do. */
const best = (view: 'exact' | 'portable', agrees: string): string => `
  (select '${view}' as view, count(*) over () - 1 as others, ${SUMMARY}
  from record r ${SUMMARY_JOINS}
  where ${agrees}
  order by (r.type = q.type and r.resource_id = q.id) desc, (newest.id = r.id) desc, ${NEWEST_FIRST}
  limit 1)`;

/** Portable digests come as one array; `first` and `last` say which of them are a question's. */
const MATCH = `
  select q.at, best.*
  from unnest($1::bytea[], $2::text[], $3::text[], $4::int[], $5::int[]) with ordinality
    as q(exact, type, id, first, last, at)
  cross join lateral (
    ${best('exact', 'r.exact = q.exact')}
    union all
    ${best('portable', 'r.portable = any(($6::bytea[])[q.first:q.last])')}
    limit 1
  ) best`;

interface MatchRow extends SummaryRow {
  /** Which question this answers, from 1. */
  readonly at: number;
  readonly view: DigestMatch['view'];
  readonly others: number;
}

/** Answers every question in one round trip: see {@link RecordStore.match}. */
export async function matchDigests(
  db: Database,
  queries: readonly DigestQuery[],
): Promise<(DigestMatch | undefined)[]> {
  if (queries.length === 0) return [];
  const portable: Uint8Array[] = [];
  const slices = queries.map((query) => {
    const first = portable.length + 1;
    portable.push(...query.portable);
    return { first, last: portable.length };
  });
  const rows = await run<MatchRow>(
    db,
    MATCH,
    queries.map(({ exact }) => exact),
    queries.map(({ type }) => storable(type)),
    queries.map(({ id }) => storable(id)),
    slices.map(({ first }) => first),
    slices.map(({ last }) => last),
    portable,
  );
  const answers = new Array<DigestMatch | undefined>(queries.length).fill(undefined);
  for (const row of rows)
    answers[row.at - 1] = { view: row.view, record: toSummary(row), others: row.others };
  return answers;
}

/** A name that no record version has prefers none. */
function storable(name: string | undefined): string | undefined {
  return name !== undefined && isStorableName(name) ? name : undefined;
}

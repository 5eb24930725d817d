import type { Interaction } from '#core';
import type { RecordSummary } from '#ports';

/** How the resource in hand agrees with a record version. */
export type Match = 'exact' | 'portable' | 'partial' | 'none';

/** Where the matched record version stands among the versions of its resource. */
export type Standing = 'current' | 'superseded' | 'deleted' | 'unknown';

/** What backs the matched record version: the log, and each ledger that has come that far. */
export interface Assurance {
  readonly log: 'unknown' | 'pending' | 'logged' | 'witnessed';
  /** By ledger name; a ledger that has not been sent a checkpoint over this entry is left out. */
  readonly ledgers: Readonly<Record<string, 'submitted' | 'included' | 'final'>>;
}

/** The record version that a verdict is about. */
export interface VerdictRecord {
  readonly source: string;
  readonly base: string;
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly interaction: Interaction;
  readonly lastUpdated: string | null;
  readonly observed: string;
}

/** The answer to "is this the record that the source holds?": unchanged since it was recorded, never "true". */
export interface Verdict {
  readonly match: Match;
  readonly standing: Standing;
  readonly assurance: Assurance;
  readonly elements: { readonly matching: readonly string[]; readonly differing: readonly string[] };
  readonly record: VerdictRecord | null;
  /** How many other record versions agree in the same view. */
  readonly others: number;
  readonly index: number | null;
  /** Path of the evidence document; null while the record version waits to be sequenced. */
  readonly evidence: string | null;
}

/** The verdict on a resource that no record version agrees with. */
export const UNKNOWN: Verdict = {
  match: 'none',
  standing: 'unknown',
  assurance: { log: 'unknown', ledgers: {} },
  elements: { matching: [], differing: [] },
  record: null,
  others: 0,
  index: null,
  evidence: null,
};

/** Names a record version as verdicts and lists do. */
export function recordOf({ source, lastUpdated, observed, ...record }: RecordSummary): VerdictRecord {
  const { type, id, version, interaction } = record;
  return {
    source: source.name,
    base: source.base,
    type,
    id,
    version,
    interaction,
    lastUpdated: lastUpdated ?? null,
    observed: observed.toISOString(),
  };
}

/** Where the evidence of an entry is served. */
export function evidencePath(index: number | undefined): string | null {
  return index === undefined ? null : `/v1/evidence/${index}`;
}

import type { CoreErrorCode } from '../core.errors.js';

/** What one check of evidence found. */
export interface EvidenceCheck {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** One sentence for people. */
  readonly detail: string;
  /** Of a failed check, where the core has a code for the reason. */
  readonly code?: CoreErrorCode;
}

/** How a resource relates to the record version that the evidence is about. */
export type EvidenceMatch = 'exact' | 'portable' | 'partial' | 'none';

/** The checklist of one evidence document. */
export interface EvidenceReport {
  /** No check failed. Skipped checks do not count: read what they say. */
  readonly verified: boolean;
  readonly checks: readonly EvidenceCheck[];
  /** Present when a resource was given, and the next two with it: names of elements, sorted. */
  readonly match?: EvidenceMatch;
  readonly matching?: readonly string[];
  readonly differing?: readonly string[];
}

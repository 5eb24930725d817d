import type { Evidence, EvidenceCheck, EvidenceReport } from '#core';

/** One line of the checklist: the core's, or what a ledger answered with a code of its own. */
export type VerifyCheck = Omit<EvidenceCheck, 'code'> & { readonly code?: string };

/** The core's report, with what the ledger said, and what the evidence is about. */
export interface VerifyResult extends Omit<EvidenceReport, 'checks'> {
  readonly evidence: Evidence;
  readonly checks: readonly VerifyCheck[];
}

/** What an operator may set about anchoring. */
export abstract class AnchoringSettings {
  abstract readonly sweepIntervalMs: number;
  /** Least time between two submissions to a ledger. */
  abstract intervalMs(ledger: string): number;
}

import type { AnchorFacts, PreparedAnchor } from './ledger.js';

export type AnchorState = 'prepared' | 'submitted' | 'included' | 'final' | 'failed';

/** One checkpoint on one ledger. */
export interface Anchor extends PreparedAnchor {
  readonly id: number;
  readonly ledger: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly state: AnchorState;
  readonly facts: AnchorFacts | undefined;
  readonly preparedAt: Date;
}

/** How far one ledger has come: the greatest checkpoint size in each state, 0 where there is none. */
export interface LedgerProgress {
  readonly ledger: string;
  readonly submitted: number;
  readonly included: number;
  readonly final: number;
  /** When the newest included or final anchor was prepared. */
  readonly newest: Date | undefined;
  readonly lastError: string | undefined;
}

/** Anchors and their states. */
export abstract class AnchorStore {
  /** Durable when this resolves. At most one anchor a ledger is prepared or submitted at a time: undefined if one is. */
  abstract prepare(anchor: {
    readonly ledger: string;
    readonly size: number;
    readonly root: Uint8Array;
    readonly prepared: PreparedAnchor;
  }): Promise<Anchor | undefined>;
  /** Moves an anchor on; `facts` replaces what was known, `error` is a stable code. */
  abstract move(id: number, to: { state: AnchorState; facts?: AnchorFacts; error?: string }): Promise<void>;
  /** Anchors of a ledger that are not final or failed, oldest first. */
  abstract open(ledger: string): Promise<readonly Anchor[]>;
  /** For each ledger its first included or final anchor with a checkpoint over `index`, final ones first. */
  abstract covering(index: number): Promise<readonly Anchor[]>;
  abstract progress(): Promise<readonly LedgerProgress[]>;
}

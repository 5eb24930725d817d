/** A checkpoint as a ledger sees it. */
export interface LedgerCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** An anchor that is signed and ready, but not yet sent: stored before it is sent, so a crash never sends twice. */
export interface PreparedAnchor {
  /** What the ledger calls this submission before it is sent (an EVM transaction hash, say); unique. */
  readonly reference: string;
  /** All that sending needs, opaque to everybody but the ledger's adapter. */
  readonly payload: Uint8Array;
}

/** Where a submission stands on its ledger. */
export type AnchorStatus =
  /** The ledger does not know it (never sent, or dropped): send the same again. */
  | { readonly state: 'unknown' }
  | { readonly state: 'submitted' }
  | { readonly state: 'included'; readonly facts: AnchorFacts }
  | { readonly state: 'final'; readonly facts: AnchorFacts }
  /** The ledger refused it for good; another attempt has to be prepared anew. */
  | { readonly state: 'failed'; readonly code: string };

/** What a verifier needs to find the anchor on its ledger: JSON, copied into evidence as it is. */
export type AnchorFacts = Readonly<Record<string, string | number>>;

/**
 * An external system that checkpoints are anchored on.
 * Throws PortError LEDGER.UNAVAILABLE (retry), LEDGER.REFUSED (stop), or LEDGER.STALE (retry, from what `latest` answers
 * then) when it holds the checkpoint or a later one.
 */
export abstract class Ledger {
  /** Unique within this installation, `[a-z0-9-]+`; names the queue, metrics and evidence entries. */
  abstract readonly name: string;
  /** Least time between two submissions, in milliseconds: each ledger keeps its own pace. */
  abstract readonly intervalMs: number;
  /** The kind of ledger, as evidence names it: `evm`. */
  abstract readonly kind: string;
  /** The checkpoint that the ledger holds now; undefined when it holds none of this origin. */
  abstract latest(origin: string): Promise<{ size: number; root: Uint8Array } | undefined>;
  /** Signs a submission without sending it. `proof`: RFC 6962 consistency proof from the size that `latest` answered. */
  abstract prepare(checkpoint: LedgerCheckpoint, proof: readonly Uint8Array[]): Promise<PreparedAnchor>;
  /** Sends a prepared submission; sending the same one again is harmless. */
  abstract submit(anchor: PreparedAnchor): Promise<void>;
  abstract status(anchor: PreparedAnchor): Promise<AnchorStatus>;
}

/** Every ledger of this installation. */
export abstract class Ledgers {
  abstract readonly all: readonly Ledger[];
}

/** Whom a verifier trusts; the shape is that of the trust file's JSON. docs/spec/evidence.md */
export interface Trust {
  readonly attestry: 1;
  /** Verifier keys of logs; a key's name is the origin of its log. */
  readonly logs: readonly string[];
  /** Verifier keys of witnesses (cosignatures). */
  readonly witnesses: readonly string[];
  /** How many different witnesses must have cosigned a checkpoint; 0 asks for none. */
  readonly quorum: number;
  readonly ledgers: readonly TrustedLedger[];
}

/** A contract whose checkpoints a verifier believes. */
export interface TrustedLedger {
  readonly kind: 'evm';
  readonly chainId: number;
  /** `0x` and 40 hexadecimal digits. */
  readonly contract: string;
}

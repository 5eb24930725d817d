import type { VerifierKey } from '#core';

/** What a witness is asked to cosign (C2SP tlog-witness, add-checkpoint). */
export interface CosignRequest {
  /** The size that the witness is believed to hold; 0: none. */
  readonly old: number;
  /** RFC 6962 consistency proof from that size: 32 bytes each. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, with cosignatures or without. */
  readonly note: string;
}

export type WitnessAnswer =
  /** Signature lines, verified to be this witness's over the checkpoint. */
  | { readonly state: 'cosigned'; readonly lines: readonly string[] }
  /** The witness holds a checkpoint of another size than `old`: ask again from there. */
  | { readonly state: 'holds'; readonly size: number };

/**
 * Somebody who cosigns the checkpoints of a log that has but grown.
 * Throws PortError WITNESS.UNAVAILABLE (retry), WITNESS.REFUSED (stop: it does not know the log, or the checkpoint does
 * not extend the one it holds) and WITNESS.BAD_ANSWER (stop: not its cosignature of this checkpoint).
 */
export abstract class Witness {
  /** Its name in the log's policy; names its metrics. */
  abstract readonly name: string;
  abstract readonly key: VerifierKey;
  /** @param signal gives the question up */
  abstract addCheckpoint(request: CosignRequest, signal: AbortSignal): Promise<WitnessAnswer>;
}

/** The witnesses of this installation, and its policy about them (C2SP tlog-policy). */
export abstract class Witnesses {
  /** None when witnessing is off. */
  abstract readonly all: readonly Witness[];
  /** Whether a checkpoint of the log has the cosignatures that the policy asks for. */
  abstract isWitnessed(note: string): boolean;
}

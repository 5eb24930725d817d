import type { NoteSigner } from '#core';

/** Authenticated encryption of what is kept only for a while: AES-256-GCM under a key of the data folder. */
export abstract class Sealer {
  /** @param context bound to the ciphertext as additional authenticated data: opening under another context fails */
  abstract seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws PortError SEAL.BROKEN when a byte of the sealed data, or the context, is not the one sealed. */
  abstract open(sealed: Uint8Array, context: string): Uint8Array;
}

/** The log's own key: signs checkpoints and nothing else. */
export abstract class CheckpointSigner {
  /** The Ed25519 signer of the log's signed notes (C2SP signed-note); its name is the log's origin. */
  abstract readonly note: NoteSigner;
}

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

/** How a token endpoint has us sign: https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
export type ClientAlgorithm = 'RS384' | 'ES384';

/** The keys by which sources know us (SMART Backend Services): they sign assertions about us and nothing else. */
export abstract class ClientKeys {
  /** The public keys as JSON Web Keys (RFC 7517), for everybody to see; none twice. */
  abstract publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A JWT (RFC 7519) of these claims, in the compact form; its header names the key by `kid`. */
  abstract sign(
    algorithm: ClientAlgorithm,
    claims: Readonly<Record<string, string | number>>,
  ): Promise<string>;
}

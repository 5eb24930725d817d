/** Something that signs notes under a name (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  /** `name+hash+base64(type ‖ key)`: what verifiers are given. */
  readonly verifierKey: string;
  /** The four-byte key id and the signature, as they stand after the name in a signature line, before base64. */
  sign(text: string): Uint8Array;
}

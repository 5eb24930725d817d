import { CoreError } from '../core.errors.js';
import { concatBytes, fromHex, utf8 } from '../encoding/encoding.js';
import { formatSignature, isNoteText } from './note.js';
import { formatVerifierKey, SIGNATURE_TYPE, verifierKey } from './verifier-key.js';

/** Something that signs notes under a name (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  /** `name+hash+base64(type ‖ key)`: what verifiers are given. */
  readonly verifierKey: string;
  /** The four-byte key id and the signature, as they stand after the name in a signature line, before base64. */
  sign(text: string): Uint8Array;
}

/** Signs a message of bytes with an Ed25519 private key (RFC 8032): 64 bytes. */
export type SignBytes = (message: Uint8Array) => Uint8Array;

/** A signer of notes with Ed25519 (C2SP signed-note, Ed25519 signatures). Throws NOTE.INVALID_KEY. */
export function ed25519NoteSigner(name: string, publicKey: Uint8Array, signBytes: SignBytes): NoteSigner {
  const key = verifierKey(name, SIGNATURE_TYPE.ed25519, publicKey);
  return {
    name,
    verifierKey: formatVerifierKey(key),
    sign: (text) => concatBytes(fromHex(key.id), signBytes(utf8(text))),
  };
}

/** The text as a signed note. It must end in a newline and hold no other control characters. Throws NOTE.MALFORMED. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text))
    throw new CoreError('NOTE.MALFORMED', 'signed note: expected whole lines of plain text');
  if (signers.length === 0) throw new CoreError('NOTE.MALFORMED', 'signed note: expected a signer');
  return `${text}\n${signers.map((signer) => `${signatureLine(text, signer)}\n`).join('')}`;
}

/** One signature on a text, as the line that `addSignatures` takes. */
export function signatureLine(text: string, signer: NoteSigner): string {
  return formatSignature(signer.name, signer.sign(text));
}

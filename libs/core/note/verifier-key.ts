import { sha256 } from '#sha256';
import { CoreError, refusedAs } from '../core.errors.js';
import { concatBytes, fromBase64, toBase64, toHex, utf8 } from '../encoding/encoding.js';

/** Signature types that Attestry verifies (C2SP signed-note, Signature types). */
export const SIGNATURE_TYPE = { ed25519: 0x01, cosignature: 0x04, mlDsa44Cosignature: 0x06 } as const;

/** What a witness's key may be of (C2SP tlog-cosignature). */
export const COSIGNATURE_TYPES: readonly number[] = [
  SIGNATURE_TYPE.cosignature,
  SIGNATURE_TYPE.mlDsa44Cosignature,
];

/** A key that signatures of notes are verified with. */
export interface VerifierKey {
  readonly name: string;
  /** Key id: four bytes in hexadecimal. With the name it says which signature lines are this key's. */
  readonly id: string;
  readonly type: number;
  /** Public key: 32 bytes of Ed25519, 1,312 bytes of ML-DSA-44. */
  readonly key: Uint8Array;
}

/** Bytes of a public key, by signature type. */
const KEY_LENGTHS = new Map<number, number>([
  [SIGNATURE_TYPE.ed25519, 32],
  [SIGNATURE_TYPE.cosignature, 32],
  [SIGNATURE_TYPE.mlDsa44Cosignature, 1312],
]);
const VERIFIER_KEY = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/u;

/**
 * Reads `<name>+<key id>+<base64(type ‖ key)>` (C2SP signed-note, Verifier keys). Throws NOTE.INVALID_KEY, also when
 * the id is not the one of this name, type and key, and for types that are not in {@link SIGNATURE_TYPE}.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = VERIFIER_KEY.exec(text) ?? [];
  if (name === undefined || encoded === undefined) throw invalid('expected name+id+base64');
  const material = refusedAs('NOTE.INVALID_KEY', 'verifier key', () => fromBase64(encoded));
  const [type, key] = [material[0]!, material.subarray(1)];
  const parsed = verifierKey(name, type, key);
  if (parsed.id !== id) throw invalid('the key id is not that of the key');
  return parsed;
}

/** Writes what `parseVerifierKey` reads. Throws NOTE.INVALID_KEY. */
export function formatVerifierKey({ name, type, key }: Omit<VerifierKey, 'id'>): string {
  const { id } = verifierKey(name, type, key);
  return `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(type), key))}`;
}

/** A verifier key with its id: SHA-256(name ‖ "\n" ‖ type ‖ key), first four bytes. Throws NOTE.INVALID_KEY. */
export function verifierKey(name: string, type: number, key: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw invalid('a key name has no spaces, no plus and no control characters');
  const length = KEY_LENGTHS.get(type);
  if (length === undefined) throw invalid(`signature type ${type} is not supported`);
  if (key.length !== length) throw invalid(`a public key of type ${type} has ${length} bytes`);
  const id = sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4);
  return { name, id: toHex(id), type, key };
}

/** Whether a key may be called so: not empty, no Unicode spaces, no plus (C2SP signed-note, Format). */
export function isKeyName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- a note holds no control characters
  return name.isWellFormed() && /^[^\p{White_Space}+\u0000-\u001f]+$/u.test(name);
}

function invalid(reason: string): CoreError {
  return new CoreError('NOTE.INVALID_KEY', `verifier key: ${reason}`);
}

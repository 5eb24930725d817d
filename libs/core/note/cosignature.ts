import { verifyEd25519 } from '#ed25519';
import { verifyMlDsa44 } from '#ml-dsa';
import { CoreError } from '../core.errors.js';
import { concatBytes, fromHex, utf8 } from '../encoding/encoding.js';
import type { NoteSigner, SignBytes } from './sign-note.js';
import { subtreeMessage } from './subtree-message.js';
import { formatVerifierKey, SIGNATURE_TYPE, verifierKey, type VerifierKey } from './verifier-key.js';

const TIMESTAMP_LENGTH = 8;
/** Bytes of a signature: Ed25519 and ML-DSA-44. */
const SIGNATURE_LENGTHS = [64, 2420];
const MAX_TIMESTAMP = 2n ** 63n - 1n;

/** What a witness signs: header, time, and the checkpoint's text (C2SP tlog-cosignature, Ed25519 signed message). */
export function cosignatureMessage(timestamp: bigint, checkpointText: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timestamp}\n${checkpointText}`);
}

/** POSIX seconds of a cosignature, `u64 timestamp ‖ signature[64 or 2420]`; undefined when it is not one. */
export function cosignatureTimestamp(signature: Uint8Array): bigint | undefined {
  if (!SIGNATURE_LENGTHS.includes(signature.length - TIMESTAMP_LENGTH)) return undefined;
  const timestamp = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return timestamp > MAX_TIMESTAMP ? undefined : timestamp;
}

/** Whether the signature, as it stands after the key id, is the key's cosignature of this checkpoint text. */
export function verifyCosignature(key: VerifierKey, checkpointText: string, signature: Uint8Array): boolean {
  const timestamp = cosignatureTimestamp(signature);
  if (timestamp === undefined) return false;
  const bytes = signature.subarray(TIMESTAMP_LENGTH);
  if (key.type === SIGNATURE_TYPE.cosignature)
    return verifyEd25519(key.key, cosignatureMessage(timestamp, checkpointText), bytes);
  const message = subtreeMessage(key.name, timestamp, checkpointText);
  return message !== undefined && verifyMlDsa44(key.key, message, bytes);
}

/**
 * A witness's signer of checkpoints at one time.
 * @param timestamp POSIX seconds, when the witness saw the checkpoint
 * Throws NOTE.INVALID_KEY, and NOTE.MALFORMED for a time that has no place in a cosignature.
 */
export function ed25519Cosigner(
  name: string,
  publicKey: Uint8Array,
  timestamp: number,
  signBytes: SignBytes,
): NoteSigner {
  if (!Number.isSafeInteger(timestamp) || timestamp < 0)
    throw new CoreError('NOTE.MALFORMED', 'a cosignature has a time in whole seconds since 1970');
  const key = verifierKey(name, SIGNATURE_TYPE.cosignature, publicKey);
  const time = new Uint8Array(TIMESTAMP_LENGTH);
  new DataView(time.buffer).setBigUint64(0, BigInt(timestamp));
  return {
    name,
    verifierKey: formatVerifierKey(key),
    sign: (text) =>
      concatBytes(fromHex(key.id), time, signBytes(cosignatureMessage(BigInt(timestamp), text))),
  };
}

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { concatBytes, equalBytes } from '../encoding/encoding.js';

const { Point } = ed25519;

/**
 * Checks an Ed25519 signature (RFC 8032): `publicKey` 32 bytes, `signature` 64 bytes. Never throws.
 * RFC 8032 leaves open what to do with points of small order. This answers as OpenSSL does, so that the same evidence
 * gets the same answer on Node and in browsers: without the cofactor, and refusing keys and R of small order.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  try {
    const [key, r] = [Point.fromBytes(publicKey), Point.fromBytes(encodedR)];
    if (key.isSmallOrder() || r.isSmallOrder()) return false;
    const challenge = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))));
    const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(challenge));
    return equalBytes(expected.toBytes(), encodedR);
  } catch {
    return false;
  }
}

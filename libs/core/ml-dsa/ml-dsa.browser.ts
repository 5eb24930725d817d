import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';

/** Checks an ML-DSA-44 signature (FIPS 204, empty context): `publicKey` 1,312 bytes, `signature` 2,420. Never throws. */
export function verifyMlDsa44(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

import { createRequire } from 'node:module';
import type * as MlDsa from '@noble/post-quantum/ml-dsa.js';

const require = createRequire(import.meta.url);
let mlDsa: typeof MlDsa | undefined;

/**
 * Checks an ML-DSA-44 signature (FIPS 204, empty context): `publicKey` 1,312 bytes, `signature` 2,420. Never throws.
 * What does it is loaded with the first such signature: nothing else waits for it.
 */
export function verifyMlDsa44(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  mlDsa ??= require('@noble/post-quantum/ml-dsa.js') as typeof MlDsa;
  try {
    return mlDsa.ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

import { ed25519 } from '@noble/curves/ed25519.js';

/** Checks an Ed25519 signature (RFC 8032): `publicKey` 32 bytes, `signature` 64 bytes. Never throws. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

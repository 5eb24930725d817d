import { hash } from 'node:crypto';

/** Block length of SHA-256 in bytes. */
const BLOCK = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** SHA-256 (FIPS 180-4) of bytes, or of a string's UTF-8 form: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return hash('sha256', data, 'buffer');
}

/**
 * HMAC-SHA-256 (RFC 2104): 32 bytes. Made of two one-shot hashes, because node:crypto's Hmac object costs more than ten
 * times as much to set up.
 */
export function hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array {
  const message = Buffer.from(data);
  const inner = padded(key, INNER_PAD, message.length);
  inner.set(message, BLOCK);
  const outer = padded(key, OUTER_PAD, 32);
  outer.set(sha256(inner), BLOCK);
  return sha256(outer);
}

/** The key's block, xored with `pad`, with room for `length` bytes after it. */
function padded(key: Uint8Array, pad: number, length: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK + length);
  bytes.set(key.length > BLOCK ? sha256(key) : key);
  for (let at = 0; at < BLOCK; at++) bytes[at]! ^= pad;
  return bytes;
}

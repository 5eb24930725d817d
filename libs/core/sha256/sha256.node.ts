import { hash } from 'node:crypto';

const DIGEST = 32;
/** Block length of SHA-256 in bytes. */
const BLOCK = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

// Hashing is synchronous, so that every HMAC can use the same two buffers; longer messages get one of their own.
const shortInner = Buffer.alloc(BLOCK + 3 * 128);
const outer = Buffer.alloc(BLOCK + DIGEST);

/** SHA-256 (FIPS 180-4) of bytes, or of a string's UTF-8 form: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  // Node makes a string three times as fast as a Buffer, and short hashes are what the log consists of.
  const digest = hash('sha256', data, 'binary');
  const bytes = new Uint8Array(DIGEST);
  for (let at = 0; at < DIGEST; at++) bytes[at] = digest.charCodeAt(at);
  return bytes;
}

/**
 * HMAC-SHA-256 (RFC 2104): 32 bytes. Made of two one-shot hashes, because to set up node:crypto's Hmac object costs more
 * than ten times as much.
 */
export function hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array {
  const block = key.length > BLOCK ? sha256(key) : key;
  const inner =
    3 * data.length <= shortInner.length - BLOCK ? shortInner : Buffer.alloc(BLOCK + 3 * data.length);
  setKey(inner, block, INNER_PAD);
  const length = put(inner, data);
  setKey(outer, block, OUTER_PAD);
  outer.write(hash('sha256', inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'latin1');
  return sha256(outer);
}

/** Writes the key's block, xored with `pad`, at the beginning. */
function setKey(bytes: Uint8Array, key: Uint8Array, pad: number): void {
  for (let at = 0; at < key.length; at++) bytes[at] = key[at]! ^ pad;
  bytes.fill(pad, key.length, BLOCK);
}

/** Writes the message after the key's block, and answers its length in bytes. */
function put(bytes: Buffer, data: Uint8Array | string): number {
  if (typeof data === 'string') return bytes.write(data, BLOCK);
  bytes.set(data, BLOCK);
  return data.length;
}

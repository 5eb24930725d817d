import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

export const KEY_BYTES = 32;
/** Of a nonce: this many bytes choose the derived key, and the rest is AES-GCM's own nonce. */
export const PREFIX_BYTES = 12;
export const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/**
 * XAES-256-GCM (https://c2sp.org/XAES-256-GCM): AES-256-GCM under a key derived from the first half of a 192-bit nonce.
 * Random nonces of plain GCM, 96 bits, are good for 2^32 messages under one key: a busy source sends those within a
 * month. The derived key may be used again for nonces that begin alike.
 *
 * @param key as {@link deriveKey} gives it for this nonce
 * @param nonce 24 bytes, never used twice
 * @returns ciphertext ‖ tag
 */
export function sealXaes(key: KeyObject, nonce: Uint8Array, plain: Uint8Array, context: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce.subarray(PREFIX_BYTES));
  cipher.setAAD(context);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link sealXaes}; throws what node:crypto throws when key, nonce, context or any byte is another. */
export function openXaes(key: KeyObject, nonce: Uint8Array, sealed: Uint8Array, context: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw new RangeError('sealed data is shorter than its tag');
  const split = sealed.length - TAG_BYTES;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, nonce.subarray(PREFIX_BYTES), options);
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(split));
  return Buffer.concat([decipher.update(sealed.subarray(0, split)), decipher.final()]);
}

/**
 * The key for every nonce that begins with these 12 bytes: two blocks of CMAC-AES-256 in counter mode
 * (NIST SP 800-108r1). A KeyObject, since node:crypto takes three times as long over 1 KB under a key of bare bytes.
 */
export function deriveKey(key: Uint8Array, nonce: Uint8Array): KeyObject {
  const subkey = doubled(encryptBlocks(key, Buffer.alloc(16)));
  const blocks = Buffer.concat([block(1, nonce), block(2, nonce)]);
  for (let at = 0; at < blocks.length; at++) blocks[at]! ^= subkey[at % 16]!;
  return createSecretKey(encryptBlocks(key, blocks));
}

/** The counter in two bytes, the label `X`, a zero, and the first 12 bytes of the nonce. */
function block(counter: number, nonce: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0, counter, 0x58, 0]), nonce.subarray(0, PREFIX_BYTES)]);
}

/** CMAC's first subkey (NIST SP 800-38B, section 6.1): doubling in GF(2^128). */
function doubled(block: Buffer): Buffer {
  const value = (BigInt(`0x${block.toString('hex')}`) << 1n) ^ (block[0]! & 0x80 ? 0x87n : 0n);
  return Buffer.from(BigInt.asUintN(128, value).toString(16).padStart(32, '0'), 'hex');
}

function encryptBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

import { randomBytes, type KeyObject } from 'node:crypto';
import { utf8 } from '#core';
import { Sealer } from '#ports';
import { brokenSeal } from './keys.errors.js';
import { deriveKey, NONCE_BYTES, openXaes, PREFIX_BYTES, sealXaes } from './xaes-256-gcm.js';

/** First byte of everything sealed, so that a later form can be told from this one. */
const VERSION = 1;
/** Messages under one derived key; random 96-bit nonces would allow 2^32 (NIST SP 800-38D, section 8.3). */
const MESSAGES_A_KEY = 2 ** 20;
/** Derived keys kept for opening: a process seals with few, and opens what several processes sealed. */
const KEPT_KEYS = 64;

/** Seals under the data folder's key: version (1 byte) ‖ nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes). */
export class FileSealer extends Sealer {
  readonly #key: Uint8Array;
  readonly #derived = new Map<string, KeyObject>();
  #prefix = randomBytes(PREFIX_BYTES);
  #left = MESSAGES_A_KEY;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    super();
    this.#key = key;
  }

  override seal(plain: Uint8Array, context: string): Uint8Array {
    if (this.#left-- === 0) {
      this.#prefix = randomBytes(PREFIX_BYTES);
      this.#left = MESSAGES_A_KEY - 1;
    }
    const nonce = Buffer.concat([this.#prefix, randomBytes(NONCE_BYTES - PREFIX_BYTES)]);
    const sealed = sealXaes(this.#derive(nonce), nonce, plain, utf8(context));
    return Buffer.concat([Buffer.of(VERSION), nonce, sealed]);
  }

  override open(sealed: Uint8Array, context: string): Uint8Array {
    if (sealed[0] !== VERSION) throw brokenSeal();
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    try {
      return openXaes(this.#derive(nonce), nonce, sealed.subarray(1 + NONCE_BYTES), utf8(context));
    } catch {
      throw brokenSeal();
    }
  }

  #derive(nonce: Uint8Array): KeyObject {
    const prefix = Buffer.from(nonce.subarray(0, PREFIX_BYTES)).toString('latin1');
    let key = this.#derived.get(prefix);
    if (key === undefined) {
      if (this.#derived.size === KEPT_KEYS) this.#derived.clear();
      key = deriveKey(this.#key, nonce);
      this.#derived.set(prefix, key);
    }
    return key;
  }
}

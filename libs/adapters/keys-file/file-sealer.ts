import { randomBytes } from 'node:crypto';
import { utf8 } from '#core';
import { Sealer } from '#ports';
import { brokenSeal } from './keys.errors.js';
import { NONCE_BYTES, openXaes, sealXaes } from './xaes-256-gcm.js';

/** First byte of everything sealed, so that a later form can be told from this one. */
const VERSION = 1;

/** Seals under the data folder's key: version (1 byte) ‖ nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes). */
export class FileSealer extends Sealer {
  readonly #key: Uint8Array;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    super();
    this.#key = key;
  }

  override seal(plain: Uint8Array, context: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    return Buffer.concat([Buffer.of(VERSION), nonce, sealXaes(this.#key, nonce, plain, utf8(context))]);
  }

  override open(sealed: Uint8Array, context: string): Uint8Array {
    if (sealed[0] !== VERSION) throw brokenSeal();
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    try {
      return openXaes(this.#key, nonce, sealed.subarray(1 + NONCE_BYTES), utf8(context));
    } catch {
      throw brokenSeal();
    }
  }
}

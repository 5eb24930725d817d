import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PortError, Sealer } from '#ports';

/** A sealer under a key that is gone with it. */
export function testSealer(): Sealer {
  return new TestSealer();
}

class TestSealer extends Sealer {
  readonly #key = randomBytes(32);

  override seal(plain: Uint8Array, context: string): Uint8Array {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  override open(sealed: Uint8Array, context: string): Uint8Array {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    } catch {
      throw new PortError('SEAL.BROKEN', 'sealed data was changed', 'stop');
    }
  }
}

import { createSecretKey } from 'node:crypto';
import { deriveKey, openXaes, sealXaes } from './xaes-256-gcm.js';

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
const NONCE = text('ABCDEFGHIJKLMNOPQRSTUVWX');
const PLAIN = text('XAES-256-GCM');

describe('XAES-256-GCM', () => {
  // https://c2sp.org/XAES-256-GCM, test vectors: the derived subkey's top bit is clear in one and set in the other.
  it.each([
    [0x01, '', 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271'],
    [0x03, 'c2sp.org/XAES-256-GCM', '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d'],
  ])('gives the published ciphertext for the key of bytes %i', (byte, context, expected) => {
    const key = deriveKey(Buffer.alloc(32, byte), NONCE);
    const sealed = sealXaes(key, NONCE, PLAIN, text(context));
    expect(sealed.toString('hex')).toBe(expected);
    expect(openXaes(key, NONCE, sealed, text(context))).toEqual(PLAIN);
  });

  it('opens nothing that is shorter than a tag', () => {
    expect(() => openXaes(createSecretKey(Buffer.alloc(32)), NONCE, Buffer.alloc(15), text(''))).toThrow();
  });
});

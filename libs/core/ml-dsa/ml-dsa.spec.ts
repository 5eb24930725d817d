import { generateKeyPairSync, sign } from 'node:crypto';
import { utf8 } from '#core';
import * as browser from './ml-dsa.browser.js';
import * as node from './ml-dsa.node.js';

/** OpenSSL signs; the core verifies with another implementation. */
const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44');
const KEY = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-1312));
const MESSAGE = utf8('a message');
const SIGNATURE = new Uint8Array(sign(null, MESSAGE, privateKey));

describe.each([
  ['Node', node.verifyMlDsa44],
  ['browsers', browser.verifyMlDsa44],
])('ML-DSA-44 on %s', (_, verify) => {
  it("accepts another implementation's signature", () => {
    expect([KEY.length, SIGNATURE.length]).toEqual([1312, 2420]);
    expect(verify(KEY, MESSAGE, SIGNATURE)).toBe(true);
  });

  it('refuses any other message, key or signature, whatever its length', () => {
    const flipped = (bytes: Uint8Array, at: number) =>
      bytes.map((byte, here) => (here === at ? byte ^ 1 : byte));
    expect(verify(KEY, utf8('another'), SIGNATURE)).toBe(false);
    for (const at of [0, 40, 1311]) expect(verify(flipped(KEY, at), MESSAGE, SIGNATURE)).toBe(false);
    for (const at of [0, 31, 32, 1000, 2335, 2419])
      expect(verify(KEY, MESSAGE, flipped(SIGNATURE, at))).toBe(false);
    for (const length of [0, 64, 2419])
      expect(verify(KEY, MESSAGE, SIGNATURE.subarray(0, length))).toBe(false);
    expect(verify(KEY.subarray(1), MESSAGE, SIGNATURE)).toBe(false);
    expect(verify(new Uint8Array(), MESSAGE, SIGNATURE)).toBe(false);
  });
});

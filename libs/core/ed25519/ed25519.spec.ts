import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { fromHex, utf8 } from '#core';
import * as browser from './ed25519.browser.js';
import * as node from './ed25519.node.js';

// RFC 8032, section 7.1, TEST 3.
const KEY = fromHex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
const MESSAGE = fromHex('af82');
const SIGNATURE = fromHex(
  '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
);

// novifinancial/ed25519-speccheck, cases 0 to 9: signatures on which implementations disagree.
const DISPUTED = [
  [
    '8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000',
  ],
  [
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  ],
  [
    'aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e',
  ],
  [
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
  ],
  [
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
  ],
  [
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  ],
  [
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
  ],
  [
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
  ],
  [
    'fdaebc429f4a735932a160da1301080c13280eea8bc280d1b392c6b9e6ba3a5a',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f454d370c8d9fc323a41450f8d513eafeb5b0697390c1e505a0d4ddc71f566607',
  ],
  [
    '84b698d39be126ff55fe45079e6c8bf64a0d7db6994560b4e96b7021eb39c1a1',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f084d5b99c2a9463d9c8bd5026916996984eeec87ddf1d3be329006ace1b37b09',
  ],
] as const;

describe.each([
  ['on Node', node.verifyEd25519],
  ['in browsers', browser.verifyEd25519],
])('Ed25519 %s', (_, verify) => {
  it('verifies the signature of RFC 8032 and no other', () => {
    expect(verify(KEY, MESSAGE, SIGNATURE)).toBe(true);
    expect(verify(KEY, utf8('other'), SIGNATURE)).toBe(false);
    expect(
      verify(
        KEY.map((byte) => byte ^ 1),
        MESSAGE,
        SIGNATURE,
      ),
    ).toBe(false);
    for (let at = 0; at < 64; at++)
      expect(verify(KEY, MESSAGE, SIGNATURE.with(at, SIGNATURE[at]! ^ 0x10))).toBe(false);
  });

  it('refuses what has not the length of a key or of a signature', () => {
    expect(verify(KEY.subarray(1), MESSAGE, SIGNATURE)).toBe(false);
    expect(verify(KEY, MESSAGE, SIGNATURE.subarray(1))).toBe(false);
    expect(verify(new Uint8Array(), MESSAGE, new Uint8Array())).toBe(false);
  });
});

describe('both variants', () => {
  it('agree where implementations are known to disagree', () => {
    for (const [message, key, signature] of DISPUTED) {
      const [m, k, s] = [fromHex(message), fromHex(key), fromHex(signature)];
      expect([signature, browser.verifyEd25519(k, m, s)]).toEqual([signature, node.verifyEd25519(k, m, s)]);
    }
  });

  it('agree on real signatures with a bit flipped anywhere, or none', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 600 }), (message, bit) => {
        const signature = new Uint8Array(sign(null, message, privateKey));
        if (bit < 512) signature[bit >> 3]! ^= 1 << (bit & 7);
        const verdict = browser.verifyEd25519(key, message, signature);
        expect(verdict).toBe(bit >= 512);
        expect(verdict).toBe(node.verifyEd25519(key, message, signature));
      }),
      { numRuns: 100 },
    );
  });
});

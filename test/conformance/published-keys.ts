import { createPrivateKey, sign } from 'node:crypto';
import { ed25519Cosigner, ed25519NoteSigner, fromHex, type NoteSigner, type SignBytes } from '#core';

// The first two key pairs of RFC 8032, section 7.1: known to everybody, so that pages and tests can be recomputed.
const FIRST = {
  seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
};
const SECOND = {
  seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
};

/** The log of the examples. */
export const exampleLog: NoteSigner = ed25519NoteSigner(
  'log.example/attestry',
  fromHex(FIRST.key),
  signerOf(FIRST.seed),
);

/** The witness of the examples, always at the same second. */
export const exampleWitness: NoteSigner = ed25519Cosigner(
  'witness.example/w1',
  fromHex(SECOND.key),
  1_700_000_000,
  signerOf(SECOND.seed),
);

function signerOf(seed: string): SignBytes {
  // A PKCS #8 key (RFC 8410, section 7) of 32 seed bytes.
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return (message) => sign(null, message, key);
}

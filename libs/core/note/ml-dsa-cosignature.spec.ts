import { generateKeyPairSync, sign } from 'node:crypto';
import { refusalOf } from '../testing/refusal.js';
import {
  addSignatures,
  concatBytes,
  fromHex,
  openNote,
  SIGNATURE_TYPE,
  signatureLine,
  utf8,
  verifierKey,
  parseVerifierKey,
  formatVerifierKey,
} from '#core';

const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const TIME = '0000000064185fcb';
/** `cosigned_message` of C2SP tlog-cosignature, written out by hand for TEXT, the name `w.example` and TIME. */
const MESSAGE = concatBytes(
  utf8('subtree/v1\n\0'),
  utf8('\x09w.example'),
  fromHex(TIME),
  utf8('\x1bexample.com/behind-the-sofa'),
  fromHex(`${'00'.repeat(8)}00000000013e2dc3`),
  fromHex('0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62'),
);

const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44');
const material = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-1312));
const key = verifierKey('w.example', SIGNATURE_TYPE.mlDsa44Cosignature, material);
const cosigned = (text: string, message = MESSAGE, time = TIME) => {
  const bytes = concatBytes(fromHex(key.id), fromHex(time), new Uint8Array(sign(null, message, privateKey)));
  const line = signatureLine(text, { name: key.name, verifierKey: '', sign: () => bytes });
  return `${text}\n${line}\n`;
};

describe('ML-DSA-44 cosignatures', () => {
  it('verify over the message of the specification', () => {
    expect(openNote(cosigned(TEXT), [key]).signedBy).toEqual([key]);
  });

  it('say nothing of extension lines', () => {
    expect(openNote(cosigned(`${TEXT}extension\n`), [key]).signedBy).toEqual([key]);
  });

  it('are refused for another tree, time or name', () => {
    const refused = [
      cosigned(TEXT.replace('20852163', '20852164')),
      cosigned(TEXT.replace('example.com', 'example.org')),
      cosigned(TEXT.replace('CsUY', 'DsUY')),
      cosigned(TEXT, MESSAGE, TIME.replace('cb', 'cc')),
      cosigned(TEXT, MESSAGE, TIME.replace('00', '80')),
    ];
    for (const note of refused) expect(refusalOf(() => openNote(note, [key]))).toBe('NOTE.BAD_SIGNATURE');
    const long = `${'x'.repeat(256)}\n1\n${TEXT.split('\n')[2]}\n`;
    expect(refusalOf(() => openNote(cosigned(long), [key]))).toBe('NOTE.BAD_SIGNATURE');
    expect(refusalOf(() => openNote(cosigned('no checkpoint\n'), [key]))).toBe('CHECKPOINT.MALFORMED');
  });

  it('stand beside Ed25519 ones, and are ignored by who does not know the key', () => {
    const note = addSignatures(cosigned(TEXT), ['— other.example AAAAAAA=']);
    expect(openNote(note, [key]).signedBy).toEqual([key]);
    expect(refusalOf(() => openNote(note, []))).toBe('NOTE.NO_TRUSTED_SIGNATURE');
  });

  it('have verifier keys of 1,312 bytes', () => {
    expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
    const short = { ...key, key: material.subarray(1) };
    expect(refusalOf(() => formatVerifierKey(short))).toBe('NOTE.INVALID_KEY');
  });
});

import { generateKeyPairSync, sign } from 'node:crypto';
import { refusalOf } from '../testing/refusal.js';
import {
  addSignatures,
  ed25519NoteSigner,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseVerifierKey,
  sha256,
  signatureLine,
  signNote,
  toBase64,
} from '#core';

const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

function signer(name: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
  return ed25519NoteSigner(name, key, (message) => sign(null, message, privateKey));
}

describe('the text of a checkpoint', () => {
  it('reads and writes the example of the specification', () => {
    const checkpoint = parseCheckpoint(EXAMPLE);
    expect({ ...checkpoint, root: toBase64(checkpoint.root) }).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: ROOT,
    });
    expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE);
  });

  it('has a size of 0 when the log is empty, and may have extension lines', () => {
    expect(parseCheckpoint(`log\n0\n${ROOT}\n`).size).toBe(0);
    expect(parseCheckpoint(`${EXAMPLE}one\ntwo\n`).size).toBe(20_852_163);
    expect(parseCheckpoint(`log\n${2 ** 53 - 1}\n${ROOT}\n`).size).toBe(2 ** 53 - 1);
  });

  it.each([
    '',
    '\n',
    'log\n',
    'log\n1\n',
    `log\n1\n${ROOT}`,
    `\n1\n${ROOT}\n`,
    `log\n01\n${ROOT}\n`,
    `log\n+1\n${ROOT}\n`,
    `log\n1.0\n${ROOT}\n`,
    `log\n1e3\n${ROOT}\n`,
    `log\n 1\n${ROOT}\n`,
    `log\n-1\n${ROOT}\n`,
    `log\n٣\n${ROOT}\n`,
    `log\n${2 ** 53}\n${ROOT}\n`,
    `log\n1\n${ROOT.slice(4)}\n`,
    `log\n1\n${ROOT} \n`,
    `log\n1\n${ROOT}\n\n`,
    `log\n1\n${ROOT}\none\n\ntwo\n`,
    `log\r\n1\r\n${ROOT}\r\n`,
    `log\n1\n${ROOT.replace('I=', 'J=')}\n`,
  ])('refuses %j', (text) => {
    expect(refusalOf(() => parseCheckpoint(text))).toBe('CHECKPOINT.MALFORMED');
  });

  it('is never written unreadable', () => {
    const root = sha256('root');
    for (const bad of [
      { origin: '', size: 1, root },
      { origin: 'a\nb', size: 1, root },
      { origin: 'log', size: NaN, root },
      { origin: 'log', size: 1e21, root },
      { origin: 'log', size: 1, root: root.subarray(1) },
    ])
      expect(refusalOf(() => formatCheckpoint(bad))).toBe('CHECKPOINT.MALFORMED');
  });
});

describe('a signed checkpoint', () => {
  const log = signer('log.example/attestry');
  const text = formatCheckpoint({ origin: log.name, size: 7, root: sha256('root') });
  const keys = [parseVerifierKey(log.verifierKey)];

  it('opens with the key of its origin', () => {
    const opened = openCheckpoint(signNote(text, [log]), keys);
    expect([opened.origin, opened.size, opened.signedBy]).toEqual(['log.example/attestry', 7, keys]);
  });

  it('does not open with the key of another log, trusted as that may be', () => {
    const other = signer('other.example');
    const note = signNote(text, [other]);
    expect(refusalOf(() => openCheckpoint(note, [...keys, parseVerifierKey(other.verifierKey)]))).toBe(
      'NOTE.NO_TRUSTED_SIGNATURE',
    );
    const both = addSignatures(note, [signatureLine(text, log)]);
    expect(openCheckpoint(both, [...keys, parseVerifierKey(other.verifierKey)]).signedBy).toEqual(keys);
  });

  it('does not open once any character of its text is another', () => {
    const note = signNote(text, [log]);
    for (let at = 0; at < text.length; at++) {
      const bent = note.slice(0, at) + (note[at] === '1' ? '2' : '1') + note.slice(at + 1);
      expect(refusalOf(() => openCheckpoint(bent, keys))).toBeDefined();
    }
  });
});

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { refusalOf } from '../testing/refusal.js';
import {
  addSignatures,
  cosignatureMessage,
  cosignatureTimestamp,
  ed25519Cosigner,
  ed25519NoteSigner,
  formatVerifierKey,
  openNote,
  parseNote,
  parseVerifierKey,
  signatureLine,
  signNote,
  type NoteSigner,
} from '#core';

// The example of C2SP signed-note, and its key.
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const rawKey = (key: KeyObject) => new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url'));
function signer(name: string): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return ed25519NoteSigner(name, rawKey(publicKey), (message) => sign(null, message, privateKey));
}
function cosigner(name: string, timestamp: number): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return ed25519Cosigner(name, rawKey(publicKey), timestamp, (message) => sign(null, message, privateKey));
}
const keysOf = (...signers: NoteSigner[]) => signers.map(({ verifierKey }) => parseVerifierKey(verifierKey));
const names = (note: string, ...signers: NoteSigner[]) =>
  openNote(note, keysOf(...signers)).signedBy.map(({ name }) => name);

describe('the example of the C2SP specification', () => {
  it('is verified by its key', () => {
    const key = parseVerifierKey(EXAMPLE_KEY);
    expect(openNote(EXAMPLE, [key])).toEqual({ text: 'This is an example message.\n', signedBy: [key] });
    expect(formatVerifierKey(key)).toBe(EXAMPLE_KEY);
  });

  it('is refused once a character of its text or signature is another', () => {
    const key = parseVerifierKey(EXAMPLE_KEY);
    const bent = EXAMPLE.replace('example message', 'example massage');
    expect(refusalOf(() => openNote(bent, [key]))).toBe('NOTE.BAD_SIGNATURE');
    expect(refusalOf(() => openNote(EXAMPLE.replace('Ulm', 'Ulm').replace('XsYj', 'XsYk'), [key]))).toBe(
      'NOTE.BAD_SIGNATURE',
    );
  });

  it('reads the other example, whose text holds blank lines', () => {
    const note = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;
    const { text, signatures } = parseNote(note);
    expect(text).toMatch(/sole:\n\ned è subito sera\.\n$/);
    expect(signatures).toEqual([
      {
        name: 'quasimodo.example/salvatore',
        id: '367ba04b',
        signature: expect.any(Uint8Array) as Uint8Array,
      },
    ]);
  });
});

describe('opening a note', () => {
  const [ann, bob, eve] = [signer('ann.example'), signer('bob.example'), signer('eve.example')];
  const text = 'first\n\nsecond, with é and 𝔊\n';

  it('verifies every signature by a known key and ignores the others', () => {
    const note = signNote(text, [ann, eve, bob]);
    expect(names(note, ann, bob)).toEqual(['ann.example', 'bob.example']);
    expect(names(note, bob)).toEqual(['bob.example']);
    expect(openNote(note, keysOf(ann)).text).toBe(text);
  });

  it('refuses a note that no known key signed', () => {
    const note = signNote(text, [ann]);
    expect(refusalOf(() => openNote(note, keysOf(bob)))).toBe('NOTE.NO_TRUSTED_SIGNATURE');
    expect(refusalOf(() => openNote(note, []))).toBe('NOTE.NO_TRUSTED_SIGNATURE');
  });

  it("refuses a note with one known key's wrong signature, however many are right", () => {
    const wrong = signatureLine('another text\n', bob);
    const note = addSignatures(signNote(text, [ann]), [wrong]);
    expect(names(note, ann)).toEqual(['ann.example']);
    expect(refusalOf(() => openNote(note, keysOf(ann, bob)))).toBe('NOTE.BAD_SIGNATURE');
    const twice = addSignatures(signNote(text, [ann]), [signatureLine('another text\n', ann)]);
    expect(refusalOf(() => openNote(twice, keysOf(ann)))).toBe('NOTE.BAD_SIGNATURE');
  });

  it('ignores a signature that shares a name or an id, but not both, with a known key', () => {
    const namesake = signer('ann.example');
    expect(names(signNote(text, [namesake, ann]), ann)).toEqual(['ann.example']);
    const renamed = signatureLine(text, ann).replace('ann.example', 'zoe.example');
    expect(refusalOf(() => openNote(`${text}\n${renamed}\n`, keysOf(ann)))).toBe('NOTE.NO_TRUSTED_SIGNATURE');
  });

  it('counts a key once, however often it signed', () => {
    const note = `${text}\n${`${signatureLine(text, ann)}\n`.repeat(3)}`;
    expect(names(note, ann)).toEqual(['ann.example']);
  });

  it('takes 16 signatures and more, but not any number', () => {
    const line = `${signatureLine(text, eve)}\n`;
    expect(parseNote(`${text}\n${line.repeat(16)}`).signatures).toHaveLength(16);
    expect(refusalOf(() => parseNote(`${text}\n${line.repeat(101)}`))).toBe('NOTE.MALFORMED');
    expect(refusalOf(() => parseNote(`${'x'.repeat(1 << 20)}\n\n${line}`))).toBe('NOTE.MALFORMED');
  });

  it.each([
    ['no text', ''],
    ['no blank line', 'text\n— a AAAAAAA=\n'],
    ['no signature', 'text\n\n'],
    ['no newline at the end', 'text\n\n— a AAAAAAA='],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAA=\n'],
    ['two spaces', 'text\n\n—  a AAAAAAA=\n'],
    ['no name', 'text\n\n— AAAAAAA=\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAA=\n'],
    ['a no-break space in the name', 'text\n\n— a\u00a0b AAAAAAA=\n'],
    ['a next-line character in the name', 'text\n\n— a\u0085b AAAAAAA=\n'],
    ['only a key id', 'text\n\n— a AAAAAA==\n'],
    ['broken base64', 'text\n\n— a AAAAAAA\n'],
    ['stray bits in base64', 'text\n\n— a AAAAAAB=\n'],
    ['something after the signature', 'text\n\n— a AAAAAAA= \n'],
    ['a carriage return', 'text\r\n\r\n— a AAAAAAA=\r\n'],
    ['a tab', 'te\txt\n\n— a AAAAAAA=\n'],
    ['a null', 'te\u0000xt\n\n— a AAAAAAA=\n'],
    ['half a surrogate pair', 'te\ud800xt\n\n— a AAAAAAA=\n'],
    ['text after the signatures', 'text\n\n— a AAAAAAA=\nmore\n'],
  ])('refuses a note with %s', (_, note) => {
    expect(refusalOf(() => parseNote(note))).toBe('NOTE.MALFORMED');
  });

  it('reads any note it signed, and refuses any text that cannot be signed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        const signable = signNoteOrNothing(`${line}\n`);
        if (signable === undefined) return;
        expect(openNote(signable, keysOf(ann)).text).toBe(`${line}\n`);
      }),
    );
    for (const unsignable of ['', 'no newline', 'a\r\n', '\ud800\n', '\u0000\n'])
      expect(refusalOf(() => signNote(unsignable, [ann]))).toBe('NOTE.MALFORMED');
    expect(refusalOf(() => signNote('text\n', []))).toBe('NOTE.MALFORMED');
  });
  const signNoteOrNothing = (whole: string) => {
    const refusal = refusalOf(() => signNote(whole, [ann]));
    expect([undefined, 'NOTE.MALFORMED']).toContain(refusal);
    return refusal ? undefined : signNote(whole, [ann]);
  };

  it('adds signatures once, and only such', () => {
    const line = signatureLine(text, bob);
    const note = addSignatures(addSignatures(signNote(text, [ann]), [line]), [line, line]);
    expect(note).toBe(signNote(text, [ann, bob]));
    for (const injected of ['', 'x', `${line}\n`, `${line}\n\nnew text\n`, `\n${line}`])
      expect(refusalOf(() => addSignatures(note, [injected]))).toBe('NOTE.MALFORMED');
  });
});

describe('verifier keys', () => {
  it.each([
    'example.com/foo',
    EXAMPLE_KEY.replace('530d903a', '530d903b'),
    EXAMPLE_KEY.replace('530d903a', '530D903A'),
    EXAMPLE_KEY.replace('example.com/foo', 'example.com/fop'),
    EXAMPLE_KEY.replace('example.com/foo', 'example.com/ foo'),
    EXAMPLE_KEY.replace('example.com/foo', ''),
    EXAMPLE_KEY.replace('+Ae', '+Ag'),
    EXAMPLE_KEY.replace('+Ae', '+Be'),
    EXAMPLE_KEY.slice(0, -4),
    `${EXAMPLE_KEY}\n`,
    ` ${EXAMPLE_KEY}`,
  ])('refuses %j', (text) => {
    expect(refusalOf(() => parseVerifierKey(text))).toBe('NOTE.INVALID_KEY');
  });

  it('have another id for each type', () => {
    const key = parseVerifierKey(EXAMPLE_KEY);
    expect(parseVerifierKey(formatVerifierKey({ ...key, type: 4 })).id).not.toBe(key.id);
    expect(refusalOf(() => formatVerifierKey({ ...key, type: 6 }))).toBe('NOTE.INVALID_KEY');
    expect(refusalOf(() => formatVerifierKey({ ...key, name: 'a+b' }))).toBe('NOTE.INVALID_KEY');
  });
});

describe('cosignatures', () => {
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  it('sign the message of the specification', () => {
    expect(Buffer.from(cosignatureMessage(1_679_315_147n, text)).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
  });

  it('hold the time of the example in the specification', () => {
    const note = `${text}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
    expect(cosignatureTimestamp(parseNote(note).signatures[1]!.signature)).toBe(1_679_315_147n);
    expect(cosignatureTimestamp(parseNote(note).signatures[0]!.signature)).toBeUndefined();
  });

  it('verify under their own key and not as plain signatures', () => {
    const witness = cosigner('witness.example', 1_700_000_000);
    const note = signNote(text, [signer('log.example'), witness]);
    expect(names(note, witness)).toEqual(['witness.example']);
    const plain = parseVerifierKey(formatVerifierKey({ ...keysOf(witness)[0]!, type: 1 }));
    expect(refusalOf(() => openNote(note, [plain]))).toBe('NOTE.NO_TRUSTED_SIGNATURE');
  });

  it('are refused with another time, another length or another text', () => {
    const witness = cosigner('witness.example', 1_700_000_000);
    const line = witness.sign(text);
    const bent = [
      line.map((byte, at) => (at === 11 ? byte ^ 1 : byte)),
      line.map((byte, at) => (at === 4 ? 0x80 : byte)),
      line.subarray(0, -1),
      new Uint8Array([...line, 0]),
    ];
    for (const signature of bent) {
      const note = signNote(text, [{ ...witness, sign: () => signature }]);
      expect(refusalOf(() => openNote(note, keysOf(witness)))).toBe('NOTE.BAD_SIGNATURE');
    }
    const moved = addSignatures(signNote(`${text}extension\n`, [signer('log.example')]), [
      signatureLine(text, witness),
    ]);
    expect(refusalOf(() => openNote(moved, keysOf(witness)))).toBe('NOTE.BAD_SIGNATURE');
    expect(refusalOf(() => cosigner('witness.example', -1))).toBe('NOTE.MALFORMED');
    expect(refusalOf(() => cosigner('witness.example', 0.5))).toBe('NOTE.MALFORMED');
  });
});

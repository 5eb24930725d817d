import {
  cosignatureMessage,
  formatCheckpoint,
  formatTlogProof,
  inclusionProof,
  leafHash,
  openCheckpoint,
  openNote,
  parseTlogProof,
  parseVerifierKey,
  sha256,
  signNote,
  treeHash,
  verifyInclusion,
} from '#core';
import { exampleLog, exampleWitness } from './published-keys.js';
import { examplesOf } from './spec-page.js';

describe('the examples of docs/spec/notes.md', () => {
  const example = examplesOf('notes.md');
  const leaves = [0, 1, 2, 3, 4].map((at) => leafHash(sha256(`entry ${at}`)));

  it('name the published keys', () => {
    expect(example('log-key')).toBe(`${exampleLog.verifierKey}\n`);
    expect(example('witness-key')).toBe(`${exampleWitness.verifierKey}\n`);
  });

  it('sign and cosign the checkpoint of the example log', () => {
    const text = formatCheckpoint({ origin: exampleLog.name, size: 5, root: treeHash(leaves) });
    expect(example('checkpoint-text')).toBe(text);
    expect(example('checkpoint')).toBe(signNote(text, [exampleLog, exampleWitness]));
    const message = Buffer.from(cosignatureMessage(1_700_000_000n, text)).toString();
    expect(example('cosignature-message')).toBe(message);
  });

  it('prove entry 2 to whoever trusts the two keys', () => {
    const checkpoint = example('checkpoint');
    expect(example('tlog-proof')).toBe(
      formatTlogProof({ index: 2, hashes: inclusionProof(2, leaves), checkpoint }),
    );
    const proof = parseTlogProof(example('tlog-proof'));
    const [log, witness] = ['log-key', 'witness-key'].map((name) =>
      parseVerifierKey(example(name).trimEnd()),
    );
    const { size, root } = openCheckpoint(proof.checkpoint, [log!]);
    expect(openNote(proof.checkpoint, [witness!]).signedBy).toEqual([witness]);
    const leaf = leafHash(sha256('entry 2'));
    verifyInclusion({ index: proof.index, size, leaf, proof: proof.hashes, root });
  });
});

import {
  consistencyProof,
  edgeTiles,
  encodeEntries,
  fromHex,
  inclusionProof,
  leafHash,
  sha256,
  tilePath,
  toHex,
  treeHash,
  verifyConsistency,
  verifyInclusion,
} from '#core';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/log.md', () => {
  const example = examplesOf('log.md');
  const hashes = (name: string) => linesOf(example(name)).map((line) => fromHex(line, 32));
  const entries = hashes('entries');
  const leaves = hashes('leaf-hashes');
  const roots = hashes('roots');

  it('hash as they say', () => {
    expect(entries.map(toHex)).toEqual([0, 1, 2, 3, 4].map((at) => toHex(sha256(`entry ${at}`))));
    expect(leaves.map(toHex)).toEqual(entries.map((entry) => toHex(leafHash(entry))));
    expect(roots.map(toHex)).toEqual([0, 3, 5].map((size) => toHex(treeHash(leaves.slice(0, size)))));
  });

  it('prove what they say', () => {
    const inclusion = hashes('inclusion-2-of-5');
    expect(inclusion.map(toHex)).toEqual(inclusionProof(2, leaves).map(toHex));
    verifyInclusion({ index: 2, size: 5, leaf: leaves[2]!, proof: inclusion, root: roots[2]! });
    const consistency = hashes('consistency-3-to-5');
    expect(consistency.map(toHex)).toEqual(consistencyProof(3, leaves).map(toHex));
    verifyConsistency({ from: 3, to: 5, proof: consistency, fromRoot: roots[1]!, toRoot: roots[2]! });
  });

  it('lie where they say', () => {
    const width = (level: number) => Math.floor(70_000 / 256 ** level) % 256;
    expect(edgeTiles(70_000).map((tile) => tilePath(tile, width(tile.level)))).toEqual(
      linesOf(example('edge-of-70000')),
    );
    expect(`${toHex(encodeEntries(entries.slice(0, 2)))}\n`).toBe(example('entry-bundle'));
  });
});

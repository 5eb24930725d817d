import { existsSync, readFileSync } from 'node:fs';
import { refusalOf } from '../testing/refusal.js';
import {
  consistencyProof,
  fromBase64,
  fromHex,
  inclusionProof,
  leafHash,
  toHex,
  treeHash,
  verifyConsistency,
  verifyInclusion,
} from '#core';

// The eight-leaf test tree of Google's Certificate Transparency code (google/certificate-transparency,
// cpp/merkletree/merkle_tree_test.cc), which RFC 6962 implementations check themselves against.
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const [N01, N23, N45, L4, N67] = [
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
] as const;
const L1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const [L0, N0123, N4567] = [
  ROOTS[0]!,
  ROOTS[3]!,
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
];

describe('the Certificate Transparency reference tree', () => {
  const hashes = LEAVES.map((leaf) => leafHash(fromHex(leaf)));

  it('has the published roots', () => {
    expect(toHex(treeHash([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    ROOTS.forEach((root, at) => expect(toHex(treeHash(hashes.slice(0, at + 1)))).toBe(root));
  });

  it.each([
    { index: 0, size: 1, proof: [] },
    { index: 0, size: 8, proof: [L1, N23, N4567] },
    { index: 5, size: 8, proof: [L4, N67, N0123] },
    { index: 2, size: 3, proof: [N01] },
    { index: 1, size: 5, proof: [L0, N23, L4] },
  ])('has the published inclusion proof of leaf $index of $size', ({ index, size, proof }) => {
    expect(inclusionProof(index, hashes.slice(0, size)).map(toHex)).toEqual(proof);
  });

  it.each([
    { from: 1, to: 1, proof: [] },
    { from: 1, to: 8, proof: [L1, N23, N4567] },
    { from: 6, to: 8, proof: [N45, N67, N0123] },
    { from: 2, to: 5, proof: [N23, L4] },
  ])('has the published consistency proof from $from to $to', ({ from, to, proof }) => {
    expect(consistencyProof(from, hashes.slice(0, to)).map(toHex)).toEqual(proof);
  });
});

interface InclusionVector {
  readonly case: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface ConsistencyVector {
  readonly case: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const folder = '../shared/vectors/merkle';
const present = existsSync(folder);
if (!present) console.warn(`skipped: the shared Merkle vectors are not at ${folder}`);
const vectors = (file: string): unknown =>
  present ? JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) : [];

(present ? describe : describe.skip)('the shared vectors of transparency-dev/merkle', () => {
  it('are judged as they ask: inclusion', () => {
    const cases = vectors('inclusion.json') as readonly InclusionVector[];
    expect(cases.length).toBeGreaterThan(40);
    for (const vector of cases) {
      const check = () =>
        verifyInclusion({
          index: vector.leafIdx,
          size: vector.treeSize,
          leaf: fromBase64(vector.leafHash),
          proof: (vector.proof ?? []).map(fromBase64),
          root: fromBase64(vector.root),
        });
      expect([vector.case, refusalOf(check)]).toEqual([
        vector.case,
        vector.wantErr ? 'MERKLE.INVALID_PROOF' : undefined,
      ]);
    }
  });

  it('are judged as they ask: consistency', () => {
    const cases = vectors('consistency.json') as readonly ConsistencyVector[];
    expect(cases.length).toBeGreaterThan(40);
    for (const vector of cases) {
      const check = () =>
        verifyConsistency({
          from: vector.size1,
          to: vector.size2,
          proof: (vector.proof ?? []).map(fromBase64),
          fromRoot: fromBase64(vector.root1),
          toRoot: fromBase64(vector.root2),
        });
      expect([vector.case, refusalOf(check)]).toEqual([
        vector.case,
        vector.wantErr ? 'MERKLE.INVALID_PROOF' : undefined,
      ]);
    }
  });
});

import fc from 'fast-check';
import { refusalOf } from '../testing/refusal.js';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  sha256,
  toHex,
  treeHash,
  utf8,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from '#core';

const hashes = Array.from({ length: 600 }, (_, at) => leafHash(utf8(String(at))));

/** The definitions of RFC 6962, section 2.1, word for word: the oracle for everything else. */
const k = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1);
function MTH(d: readonly Uint8Array[]): Uint8Array {
  if (d.length === 0) return sha256('');
  if (d.length === 1) return d[0]!;
  return nodeHash(MTH(d.slice(0, k(d.length))), MTH(d.slice(k(d.length))));
}
function PATH(m: number, d: readonly Uint8Array[]): Uint8Array[] {
  if (d.length === 1) return [];
  const [left, right] = [d.slice(0, k(d.length)), d.slice(k(d.length))];
  return m < left.length ? [...PATH(m, left), MTH(right)] : [...PATH(m - left.length, right), MTH(left)];
}
function SUBPROOF(m: number, d: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (m === d.length) return whole ? [] : [MTH(d)];
  const [left, right] = [d.slice(0, k(d.length)), d.slice(k(d.length))];
  return m <= left.length
    ? [...SUBPROOF(m, left, whole), MTH(right)]
    : [...SUBPROOF(m - left.length, right, false), MTH(left)];
}

const refused = (check: () => void) => expect(refusalOf(check)).toBe('MERKLE.INVALID_PROOF');
const hex = (proof: readonly Uint8Array[]) => proof.map(toHex);
const flipped = (hash: Uint8Array, bit: number) =>
  hash.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

/** Every way to bend a proof: a bit, an order, a hash more, a hash less, at either end. */
function bent(proof: readonly Uint8Array[], bit: number): Uint8Array[][] {
  const extra = hashes[599]!;
  return [
    ...proof.map((hash, at) => proof.with(at, flipped(hash, bit))),
    ...proof.map((_, at) => proof.toSpliced(at, 1)),
    ...proof.map((hash, at) => proof.with(at, hash.subarray(1))),
    ...proof.slice(1).map((hash, at) => proof.with(at, hash).with(at + 1, proof[at]!)),
    [extra, ...proof],
    [...proof, extra],
    [...proof, new Uint8Array()],
  ];
}

describe('the tree hash', () => {
  it('hashes no leaves, leaves and nodes as RFC 6962 says', () => {
    expect(treeHash([])).toEqual(sha256(''));
    expect(leafHash(utf8('x'))).toEqual(sha256('\u0000x'));
    expect(nodeHash(leafHash(utf8('a')), leafHash(utf8('b')))).not.toEqual(leafHash(utf8('ab')));
  });

  it('equals the recursive definition for every size to 600, and leaves its input alone', () => {
    const before = hex(hashes);
    for (let size = 1; size <= 600; size++)
      expect(toHex(treeHash(hashes.slice(0, size)))).toBe(toHex(MTH(hashes.slice(0, size))));
    expect(hex(hashes)).toEqual(before);
  });
});

describe('proofs from a list', () => {
  it('are the paths of RFC 6962 and verify, for every leaf of every size to 70', () => {
    for (let size = 1; size <= 70; size++) {
      const leaves = hashes.slice(0, size);
      const root = treeHash(leaves);
      leaves.forEach((leaf, index) => {
        const proof = inclusionProof(index, leaves);
        expect(hex(proof)).toEqual(hex(PATH(index, leaves)));
        verifyInclusion({ index, size, leaf, proof, root });
      });
    }
  });

  it('are the consistency proofs of RFC 6962 and verify, for every pair of sizes to 70', () => {
    for (let to = 1; to <= 70; to++)
      for (let from = 1; from <= to; from++) {
        const proof = consistencyProof(from, hashes.slice(0, to));
        expect(hex(proof)).toEqual(hex(SUBPROOF(from, hashes.slice(0, to), true)));
        const [fromRoot, toRoot] = [treeHash(hashes.slice(0, from)), treeHash(hashes.slice(0, to))];
        verifyConsistency({ from, to, proof, fromRoot, toRoot });
      }
  });

  it('refuse ranges that no tree has', () => {
    const leaves = hashes.slice(0, 5);
    for (const index of [-1, 5, 0.5, NaN, Infinity])
      expect(refusalOf(() => inclusionProof(index, leaves))).toBe('MERKLE.INVALID_RANGE');
    for (const from of [-1, 6, 0.5, NaN])
      expect(refusalOf(() => consistencyProof(from, leaves))).toBe('MERKLE.INVALID_RANGE');
    expect(consistencyProof(0, leaves)).toEqual([]);
  });
});

describe('verification', () => {
  it('refuses every bent inclusion proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat({ max: 255 }), (size, seed, bit) => {
        const index = seed % size;
        const leaves = hashes.slice(0, size);
        const claim: InclusionClaim = {
          index,
          size,
          leaf: leaves[index]!,
          proof: inclusionProof(index, leaves),
          root: treeHash(leaves),
        };
        verifyInclusion(claim);
        for (const proof of bent(claim.proof, bit)) refused(() => verifyInclusion({ ...claim, proof }));
        for (const other of [index - 1, index + 1, size, NaN, index + 2 ** 32])
          refused(() => verifyInclusion({ ...claim, index: other }));
        refused(() => verifyInclusion({ ...claim, leaf: flipped(claim.leaf, bit) }));
        refused(() => verifyInclusion({ ...claim, root: flipped(claim.root, bit) }));
        refused(() => verifyInclusion({ ...claim, root: new Uint8Array() }));
        refused(() => verifyInclusion({ ...claim, size: NaN }));
        refused(() => verifyInclusion({ ...claim, size: 0 }));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses every bent consistency proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat({ max: 255 }), (to, seed, bit) => {
        const from = 1 + (seed % to);
        const claim: ConsistencyClaim = {
          from,
          to,
          proof: consistencyProof(from, hashes.slice(0, to)),
          fromRoot: treeHash(hashes.slice(0, from)),
          toRoot: treeHash(hashes.slice(0, to)),
        };
        verifyConsistency(claim);
        for (const proof of bent(claim.proof, bit)) refused(() => verifyConsistency({ ...claim, proof }));
        for (const other of [0, -from, from + 0.5, to + 1, NaN])
          refused(() => verifyConsistency({ ...claim, from: other }));
        refused(() => verifyConsistency({ ...claim, fromRoot: flipped(claim.fromRoot, bit) }));
        refused(() => verifyConsistency({ ...claim, toRoot: flipped(claim.toRoot, bit) }));
        refused(() => verifyConsistency({ ...claim, to: NaN }));
        if (from < to)
          refused(() => verifyConsistency({ ...claim, fromRoot: claim.toRoot, toRoot: claim.fromRoot }));
      }),
      { numRuns: 60 },
    );
  });
});

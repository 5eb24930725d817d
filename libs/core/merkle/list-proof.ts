import { consistencyRanges, inclusionRanges } from './proof-ranges.js';
import { treeHash } from './tree-hash.js';

/** Inclusion proof of a leaf out of the list of all leaf hashes: for small trees. Throws MERKLE.INVALID_RANGE. */
export function inclusionProof(index: number, leafHashes: readonly Uint8Array[]): Uint8Array[] {
  return inclusionRanges(index, leafHashes.length).map(({ start, end }) =>
    treeHash(leafHashes.slice(start, end)),
  );
}

/** Consistency proof from the first `from` leaves to all of them: for small trees. Throws MERKLE.INVALID_RANGE. */
export function consistencyProof(from: number, leafHashes: readonly Uint8Array[]): Uint8Array[] {
  return consistencyRanges(from, leafHashes.length).map(({ start, end }) =>
    treeHash(leafHashes.slice(start, end)),
  );
}

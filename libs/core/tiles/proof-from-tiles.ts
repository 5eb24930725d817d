import { CoreError } from '../core.errors.js';
import {
  completeSubtrees,
  consistencyRanges,
  inclusionRanges,
  type LeafRange,
} from '../merkle/proof-ranges.js';
import { HASH_LENGTH, nodeHash, packedTreeHash, treeHash } from '../merkle/tree-hash.js';
import { spanOf } from './tile-coordinates.js';
import type { TileReader } from './tiles.js';

/**
 * Inclusion proof of a leaf in the tree of `size` leaves. `read` is asked for each of `tilesForInclusion`.
 * Throws MERKLE.INVALID_RANGE; TILE.INCOMPLETE when a tile has too few hashes.
 */
export function inclusionFromTiles(index: number, size: number, read: TileReader): Uint8Array[] {
  return inclusionRanges(index, size).map((range) => rangeHash(range, read));
}

/** Consistency proof between two sizes, read from `tilesForConsistency`. Throws as `inclusionFromTiles` does. */
export function consistencyFromTiles(from: number, to: number, read: TileReader): Uint8Array[] {
  return consistencyRanges(from, to).map((range) => rangeHash(range, read));
}

/** Root of the tree of `size` leaves, read from `tilesForRoot`. Throws TILE.INCOMPLETE. */
export function rootFromTiles(size: number, read: TileReader): Uint8Array {
  return size === 0 ? treeHash([]) : rangeHash({ start: 0, end: size }, read);
}

function rangeHash(range: LeafRange, read: TileReader): Uint8Array {
  return completeSubtrees(range)
    .map((subtree) => subtreeHash(subtree, read))
    .reduceRight((right, left) => nodeHash(left, right));
}

function subtreeHash(subtree: LeafRange, read: TileReader): Uint8Array {
  const { tile, from, to } = spanOf(subtree);
  const hashes = read(tile);
  if (hashes.length < to * HASH_LENGTH)
    throw new CoreError('TILE.INCOMPLETE', `tile ${tile.level}/${tile.n} has fewer than ${to} hashes`);
  return packedTreeHash(hashes.subarray(from * HASH_LENGTH, to * HASH_LENGTH));
}

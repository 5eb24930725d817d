import {
  completeSubtrees,
  consistencyRanges,
  inclusionRanges,
  type LeafRange,
} from '../merkle/proof-ranges.js';
import { hashesAt, leavesPerHash, TILE_WIDTH, type TileCoordinate } from './tiles.js';

/** The partial tiles on the right edge of a tree, from level 0 up: where it grows. None for the empty tree. */
export function edgeTiles(size: number): TileCoordinate[] {
  const edge: TileCoordinate[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size);
    if (hashes % TILE_WIDTH > 0) edge.push({ level, n: Math.floor(hashes / TILE_WIDTH) });
  }
  return edge;
}

/** The tiles that the root of a tree is computed from: those on its right edge. */
export function tilesForRoot(size: number): TileCoordinate[] {
  return edgeTiles(size);
}

/** The tiles that an inclusion proof is computed from, each once. Throws MERKLE.INVALID_RANGE. */
export function tilesForInclusion(index: number, size: number): TileCoordinate[] {
  return tilesOf(inclusionRanges(index, size));
}

/** The tiles that a consistency proof is computed from, each once. Throws MERKLE.INVALID_RANGE. */
export function tilesForConsistency(from: number, to: number): TileCoordinate[] {
  return tilesOf(consistencyRanges(from, to));
}

/** Where in the tiles the hashes over a complete subtree lie: hashes `from` to `to` of one tile. */
export interface TileSpan {
  readonly tile: TileCoordinate;
  readonly from: number;
  readonly to: number;
}

/** The span of a complete subtree, at the highest level that still divides it. */
export function spanOf({ start, end }: LeafRange): TileSpan {
  let level = 0;
  while (leavesPerHash(level + 1) <= end - start) level++;
  const first = start / leavesPerHash(level);
  const from = first % TILE_WIDTH;
  const to = from + (end - start) / leavesPerHash(level);
  return { tile: { level, n: Math.floor(first / TILE_WIDTH) }, from, to };
}

function tilesOf(ranges: readonly LeafRange[]): TileCoordinate[] {
  const tiles = ranges.flatMap(completeSubtrees).map((subtree) => spanOf(subtree).tile);
  return [...new Map(tiles.map((tile) => [`${tile.level}/${tile.n}`, tile])).values()];
}

/** Hashes in a full tile (C2SP tlog-tiles, Merkle Tree). */
export const TILE_WIDTH = 256;

/** Where a tile stands in the log (C2SP tlog-tiles). */
export interface TileCoordinate {
  readonly level: number;
  readonly n: number;
}

/** A tile's hashes, 32 bytes each, one after the other: at least those that the tree in question has there. */
export type TileReader = (tile: TileCoordinate) => Uint8Array;

/** Leaves under one hash of a tile: 256 to the power of the level. */
export function leavesPerHash(level: number): number {
  return TILE_WIDTH ** level;
}

/** Complete hashes that a tree of `size` leaves has at a level of its tiles. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / leavesPerHash(level));
}

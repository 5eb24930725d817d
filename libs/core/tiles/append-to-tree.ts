import { CoreError } from '../core.errors.js';
import { HASH_LENGTH, packedTreeHash } from '../merkle/tree-hash.js';
import { rootFromTiles } from './proof-from-tiles.js';
import { edgeTiles } from './tile-coordinates.js';
import { hashesAt, TILE_WIDTH, type TileCoordinate } from './tiles.js';

/** A tile with all the hashes it has now: 32 bytes each, one after the other. */
export interface Tile extends TileCoordinate {
  readonly hashes: Uint8Array;
}

/** What appending leaves changes: every tile that got a hash, and the root of the grown tree. */
export interface TreeExtension {
  readonly tiles: Tile[];
  readonly root: Uint8Array;
}

/**
 * Appends leaf hashes to the tree of `size` leaves. Costs about one hash a leaf and a few hundred for the right edge,
 * however large the tree is.
 * @param edge the content of each of `edgeTiles(size)`, in that order
 * Throws TILE.INCOMPLETE when a tile of the edge is absent or has too few hashes.
 */
export function appendToTree(
  size: number,
  edge: readonly (Uint8Array | undefined)[],
  leafHashes: readonly Uint8Array[],
): TreeExtension {
  const growing = new Map(edgeTiles(size).map((tile, at) => [tile.level, edgeContent(tile, size, edge[at])]));
  const tiles: Tile[] = [];
  let arriving = leafHashes;
  for (let level = 0; arriving.length > 0; level++) {
    const first = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    const changed = fill(growing.get(level), arriving).map((hashes, at) => ({
      level,
      n: first + at,
      hashes,
    }));
    tiles.push(...changed);
    const full = changed.filter(({ hashes }) => hashes.length === TILE_WIDTH * HASH_LENGTH);
    const partial = changed.slice(full.length).at(0);
    if (partial) growing.set(level, partial.hashes);
    arriving = full.map(({ hashes }) => packedTreeHash(hashes));
  }
  const root = rootFromTiles(size + leafHashes.length, ({ level }) => growing.get(level) ?? new Uint8Array());
  return { tiles, root };
}

/** The content of the tiles that the arriving hashes fill, beginning with the one that holds some already. */
function fill(begun: Uint8Array | undefined, arriving: readonly Uint8Array[]): Uint8Array[] {
  const filled: Uint8Array[] = [];
  let start = begun ?? new Uint8Array();
  for (let taken = 0; taken < arriving.length; start = new Uint8Array()) {
    const room = TILE_WIDTH - start.length / HASH_LENGTH;
    const batch = arriving.slice(taken, taken + room);
    const hashes = new Uint8Array(start.length + batch.length * HASH_LENGTH);
    hashes.set(start);
    batch.forEach((hash, at) => hashes.set(hash, start.length + at * HASH_LENGTH));
    filled.push(hashes);
    taken += batch.length;
  }
  return filled;
}

function edgeContent(
  { level, n }: TileCoordinate,
  size: number,
  content: Uint8Array | undefined,
): Uint8Array {
  const length = (hashesAt(level, size) % TILE_WIDTH) * HASH_LENGTH;
  if (content === undefined || content.length < length)
    throw new CoreError('TILE.INCOMPLETE', `tile ${level}/${n} lacks hashes of the tree of ${size} leaves`);
  return content.subarray(0, length);
}

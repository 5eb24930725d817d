import { appendToTree, consistencyFromTiles, edgeTiles, leafHash, utf8, type TileCoordinate } from '#core';

const BATCH = 4096;

/** A log of any size, kept in tiles as the product keeps it. */
export interface GrowingLog {
  readonly origin: string;
  readonly size: number;
  /** RFC 6962 tree hash. */
  readonly root: Uint8Array;
  /** Adds that many entries. */
  append(entries: number): void;
  /** RFC 6962 consistency proof from an earlier size to the present one. */
  proofFrom(size: number): Uint8Array[];
}

export function growingLog(origin: string): GrowingLog {
  const tiles = new Map<string, Uint8Array>();
  const keyOf = ({ level, n }: TileCoordinate) => `${level}/${n}`;
  const read = (tile: TileCoordinate) => tiles.get(keyOf(tile))!;
  let size = 0;
  let root = new Uint8Array();
  const appendBatch = (entries: number) => {
    const leaves = Array.from({ length: entries }, (_, at) => leafHash(utf8(`${origin} ${size + at}`)));
    const grown = appendToTree(size, edgeTiles(size).map(read), leaves);
    for (const tile of grown.tiles) tiles.set(keyOf(tile), tile.hashes);
    size += entries;
    root = Uint8Array.from(grown.root);
  };
  return {
    origin,
    get size() {
      return size;
    },
    get root() {
      return root;
    },
    append: (entries) => {
      for (let left = entries; left > 0; left -= BATCH) appendBatch(Math.min(left, BATCH));
    },
    proofFrom: (from) => consistencyFromTiles(from, size, read),
  };
}

import {
  appendToTree,
  edgeTiles,
  equalBytes,
  HASH_LENGTH,
  rootFromTiles,
  TILE_WIDTH,
  tilePath,
  type Tile,
} from '#core';
import { LogContradiction } from './log-contradiction.js';
import type { TileFiles } from './tile-files.js';

/**
 * Builds a log's tree anew from its leaf hashes, and compares each tile of a higher level with what it is built to.
 * Keeps no more than the right edge, however large the tree is. Throws {@link LogContradiction}.
 */
export class TreeWalk {
  private readonly edge = new Map<number, Uint8Array>();
  private tilesCompared = 0;

  private constructor(
    private readonly tiles: TileFiles,
    private width: number,
  ) {}

  static atStart(tiles: TileFiles): TreeWalk {
    return new TreeWalk(tiles, 0);
  }

  /** Begins at a size, from the right edge that the log has there. @param now the log's size, which is not smaller */
  static async at(size: number, now: number, tiles: TileFiles): Promise<TreeWalk> {
    const walk = new TreeWalk(tiles, size);
    for (const tile of edgeTiles(size)) {
      const held = Math.min(TILE_WIDTH, Math.floor(now / TILE_WIDTH ** tile.level) - tile.n * TILE_WIDTH);
      walk.edge.set(tile.level, await tiles.hashes(tile, held));
    }
    return walk;
  }

  /** Leaves so far. */
  get size(): number {
    return this.width;
  }

  /** Tiles above level 0 that were compared. */
  get compared(): number {
    return this.tilesCompared;
  }

  get root(): Uint8Array {
    return rootFromTiles(this.width, ({ level }) => this.edge.get(level) ?? new Uint8Array());
  }

  /** @param hashes of leaves, 32 bytes each, one after the other */
  async append(hashes: Uint8Array): Promise<void> {
    const leaves = Array.from({ length: hashes.length / HASH_LENGTH }, (_, at) => hashAt(hashes, at));
    const edge = edgeTiles(this.width).map(({ level }) => this.edge.get(level));
    const { tiles } = appendToTree(this.width, edge, leaves);
    this.width += leaves.length;
    for (const tile of tiles) {
      this.edge.set(tile.level, tile.hashes);
      if (tile.level > 0 && tile.hashes.length === TILE_WIDTH * HASH_LENGTH) await this.compare(tile);
    }
  }

  /** Compares the partial tiles, too: nothing comes any more. */
  async end(): Promise<void> {
    for (const { level, n } of edgeTiles(this.width))
      if (level > 0) await this.compare({ level, n, hashes: this.edge.get(level)! });
  }

  private async compare({ level, n, hashes }: Tile): Promise<void> {
    const width = hashes.length / HASH_LENGTH;
    const served = await this.tiles.hashes({ level, n }, width);
    this.tilesCompared += 1;
    if (equalBytes(served, hashes)) return;
    const at = Array.from({ length: width }).findIndex(
      (_, hash) => !equalBytes(hashAt(served, hash), hashAt(hashes, hash)),
    );
    const below = tilePath({ level: level - 1, n: n * TILE_WIDTH + at });
    throw new LogContradiction(
      'AUDIT.WRONG_TILE',
      `hash ${at} of ${tilePath({ level, n }, width)} is not the tree hash of ${below}`,
    );
  }
}

function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * HASH_LENGTH, (at + 1) * HASH_LENGTH);
}

import {
  CoreError,
  decodeEntries,
  entriesPath,
  HASH_LENGTH,
  TILE_WIDTH,
  tilePath,
  type TileCoordinate,
} from '#core';
import { LogContradiction } from './log-contradiction.js';
import type { LogFiles } from './log-files.js';

/** 256 entries of the greatest length, each after its own. */
const LONGEST_BUNDLE = TILE_WIDTH * (2 + 0xffff);

/** Tiles and entry bundles of a log, read as its checkpoint promises them. Throws {@link LogContradiction}. */
export class TileFiles {
  constructor(private readonly files: LogFiles) {}

  /** The first `width` hashes of a tile: 32 bytes each. */
  async hashes(tile: TileCoordinate, width: number): Promise<Uint8Array> {
    const { path, bytes, full } = await this.read(
      (wide) => tilePath(tile, wide),
      width,
      TILE_WIDTH * HASH_LENGTH,
    );
    const promised = (full ? TILE_WIDTH : width) * HASH_LENGTH;
    if (bytes.length === promised) return bytes.subarray(0, width * HASH_LENGTH);
    throw new LogContradiction('AUDIT.WRONG_LENGTH', `${path} is not ${promised} bytes long`);
  }

  /** The first `width` entries of a bundle. */
  async entries(n: number, width: number): Promise<readonly Uint8Array[]> {
    const { path, bytes, full } = await this.read((wide) => entriesPath(n, wide), width, LONGEST_BUNDLE);
    const promised = full ? TILE_WIDTH : width;
    const entries = entriesOf(bytes, path);
    if (entries.length === promised) return entries.slice(0, width);
    throw new LogContradiction(
      'AUDIT.WRONG_LENGTH',
      `${path} holds ${entries.length} entries, not ${promised}`,
    );
  }

  /** A log may take a partial tile away once the full one is there (C2SP tlog-tiles, Partial Tiles). */
  private async read(pathOf: (width: number) => string, width: number, maxBytes: number) {
    for (const wide of width === TILE_WIDTH ? [width] : [width, TILE_WIDTH]) {
      const bytes = await this.files.read(pathOf(wide), maxBytes);
      if (bytes) return { path: pathOf(wide), bytes, full: wide === TILE_WIDTH };
    }
    throw new LogContradiction('AUDIT.MISSING_FILE', `${pathOf(width)} is not there`);
  }
}

function entriesOf(bundle: Uint8Array, path: string): Uint8Array[] {
  try {
    return decodeEntries(bundle);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new LogContradiction('AUDIT.WRONG_LENGTH', `${path} ends within an entry`);
  }
}

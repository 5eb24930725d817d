import {
  decodeEntries,
  entriesPath,
  HASH_LENGTH,
  TILE_WIDTH,
  tilePath,
  type TileCoordinate,
  type TileReader,
} from '#core';

/** A stranger who reads a log of known size as C2SP tlog-tiles has it: https://c2sp.org/tlog-tiles */
export class LogVisitor {
  constructor(
    /** Where the log is, without a slash at its end. */
    private readonly log: string,
    private readonly size: number,
  ) {}

  /** Every entry, bundle by bundle. */
  async entries(): Promise<Uint8Array[]> {
    const entries: Uint8Array[] = [];
    for (let n = 0; n * TILE_WIDTH < this.size; n += 1)
      entries.push(...decodeEntries(await this.bytes(entriesPath(n, this.width(0, n)))));
    return entries;
  }

  tile(tile: TileCoordinate): Promise<Uint8Array> {
    return this.bytes(tilePath(tile, this.width(tile.level, tile.n)));
  }

  /** Fetches tiles for the core's proof functions. */
  async reader(tiles: readonly TileCoordinate[]): Promise<TileReader> {
    const fetched = new Map<string, Uint8Array>();
    for (const tile of tiles) fetched.set(`${tile.level}/${tile.n}`, await this.tile(tile));
    return ({ level, n }) => fetched.get(`${level}/${n}`)!;
  }

  /** How many hashes a tile has at this size, or how many entries a bundle. */
  width(level: number, n: number): number {
    return Math.min(TILE_WIDTH, Math.floor(this.size / TILE_WIDTH ** level) - n * TILE_WIDTH);
  }

  private async bytes(path: string): Promise<Uint8Array> {
    const response = await fetch(`${this.log}/${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (path.startsWith('tile/entries/') || bytes.length % HASH_LENGTH === 0) return bytes;
    throw new Error(`${path} has ${bytes.length} bytes`);
  }
}

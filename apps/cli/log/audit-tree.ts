import { equalBytes, HASH_LENGTH, leafHash, TILE_WIDTH, tilePath, toHex } from '#core';
import type { Check } from '../frame/check-lines.js';
import { ahead } from './ahead.js';
import type { NotedCheckpoint } from './audit-checkpoint.js';
import type { AuditOptions } from './audit-options.js';
import { LogContradiction } from './log-contradiction.js';
import type { LogFiles } from './log-files.js';
import type { Progress } from './progress.js';
import { TileFiles } from './tile-files.js';
import { TreeWalk } from './tree-walk.js';

/** Tiles of level 0 that are read at once, each with its entries. */
const PARALLEL = 16;

/**
 * Reads every tile and entry of a log, from the left to the right, and builds its tree anew.
 * Throws {@link LogContradiction} at the first that does not fit.
 */
export async function* auditTree(
  files: LogFiles,
  { size, root }: NotedCheckpoint,
  { from, onlyNew, entries }: AuditOptions,
  progress: Progress,
): AsyncGenerator<Check, void, undefined> {
  const tiles = new TileFiles(files);
  const begin = from && onlyNew ? from.size : 0;
  const walk = begin > 0 ? await TreeWalk.at(begin, size, tiles) : TreeWalk.atStart(tiles);
  const numbers = tileNumbers(begin, size);
  progress.begin(Math.ceil(size / TILE_WIDTH) - Math.floor(begin / TILE_WIDTH), 'tiles');
  const read = (n: number) => readLeaves(tiles, n, Math.min(TILE_WIDTH, size - n * TILE_WIDTH), entries);
  if (from?.size === walk.size) checkEarlier(from, walk);
  for await (const { n, hashes } of ahead(numbers, PARALLEL, read)) {
    await extend(walk, n, hashes, from);
    progress.step();
  }
  await walk.end();
  yield* findings(walk, root, from, begin, entries);
}

function* findings(
  walk: TreeWalk,
  root: Uint8Array,
  from: NotedCheckpoint | undefined,
  begin: number,
  entries: boolean,
): Generator<Check, void, undefined> {
  const { size } = walk;
  const read = Math.ceil(size / TILE_WIDTH) - Math.floor(begin / TILE_WIDTH);
  if (from)
    yield {
      name: 'earlier checkpoint',
      status: 'passed',
      detail: `the tree of ${from.size} entries is where the one of ${size} begins`,
    };
  yield {
    name: 'tiles',
    status: 'passed',
    detail: `${read} of leaf hashes, and ${walk.compared} above that follow from them`,
  };
  yield entries
    ? { name: 'entries', status: 'passed', detail: `${size - begin} hash to their leaves` }
    : { name: 'entries', status: 'skipped', detail: 'not asked for' };
  if (!equalBytes(walk.root, root))
    throw new LogContradiction(
      'AUDIT.WRONG_ROOT',
      `the tree over the ${size} leaves has another root than the checkpoint says`,
    );
  yield { name: 'root', status: 'passed', detail: toHex(root) };
}

/** Takes in a tile's leaf hashes, with a stop at the size of the earlier checkpoint. */
async function extend(
  walk: TreeWalk,
  n: number,
  hashes: Uint8Array,
  from: NotedCheckpoint | undefined,
): Promise<void> {
  const start = n * TILE_WIDTH;
  const end = start + hashes.length / HASH_LENGTH;
  for (const stop of [from?.size ?? 0, end]) {
    if (stop <= walk.size || stop > end) continue;
    await walk.append(part(hashes, walk.size - start, stop - start));
    if (from?.size === stop) checkEarlier(from, walk);
  }
}

function checkEarlier({ size, root }: NotedCheckpoint, walk: TreeWalk): void {
  if (!equalBytes(walk.root, root))
    throw new LogContradiction(
      'AUDIT.REWRITTEN',
      `the first ${size} entries are not those of the earlier checkpoint`,
    );
}

/** The tiles of level 0 that hold leaves from `begin` (inclusive) to `size` (exclusive). */
function* tileNumbers(begin: number, size: number): Generator<number, void, undefined> {
  for (let n = Math.floor(begin / TILE_WIDTH); n * TILE_WIDTH < size; n += 1) yield n;
}

/** A tile of leaf hashes, compared with its bundle of entries. */
async function readLeaves(tiles: TileFiles, n: number, width: number, withEntries: boolean) {
  const [hashes, entries] = await Promise.all([
    tiles.hashes({ level: 0, n }, width),
    withEntries ? tiles.entries(n, width) : [],
  ]);
  entries.forEach((entry, at) => {
    if (!equalBytes(leafHash(entry), part(hashes, at, at + 1)))
      throw new LogContradiction(
        'AUDIT.WRONG_ENTRY',
        `entry ${n * TILE_WIDTH + at} does not hash to its leaf in ${tilePath({ level: 0, n }, width)}`,
      );
  });
  return { n, hashes };
}

function part(hashes: Uint8Array, from: number, to: number): Uint8Array {
  return hashes.subarray(from * HASH_LENGTH, to * HASH_LENGTH);
}

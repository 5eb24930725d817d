import fc from 'fast-check';
import { refusalOf } from '../testing/refusal.js';
import {
  appendToTree,
  consistencyFromTiles,
  consistencyProof,
  decodeEntries,
  edgeTiles,
  encodeEntries,
  entriesPath,
  inclusionFromTiles,
  inclusionProof,
  leafHash,
  parseTilePath,
  rootFromTiles,
  sha256,
  tilePath,
  tilesForConsistency,
  tilesForInclusion,
  tilesForRoot,
  toHex,
  treeHash,
  utf8,
  verifyConsistency,
  verifyInclusion,
  type TileCoordinate,
} from '#core';

const leaves = Array.from({ length: 70_000 }, (_, at) => leafHash(utf8(String(at))));
const hex = (proof: readonly Uint8Array[]) => proof.map(toHex);
const key = ({ level, n }: TileCoordinate) => `${level}/${n}`;

/** A log that keeps its tiles as a store does, and refuses to read a tile that was not announced. */
class TiledLog {
  private readonly tiles = new Map<string, Uint8Array>();
  size = 0;
  root = treeHash([]);

  append(hashes: readonly Uint8Array[]): void {
    const edge = edgeTiles(this.size).map((tile) => this.tiles.get(key(tile)));
    const grown = appendToTree(this.size, edge, hashes);
    for (const tile of grown.tiles) this.tiles.set(key(tile), tile.hashes);
    this.size += hashes.length;
    this.root = grown.root;
  }

  fingerprint(): string {
    const tiles = [...this.tiles].map(([name, hashes]) => `${name} ${toHex(sha256(hashes))}`);
    return [this.size, toHex(this.root), ...tiles.sort()].join('\n');
  }

  reader(announced: readonly TileCoordinate[]) {
    const held = new Map(announced.map((tile) => [key(tile), this.tiles.get(key(tile))]));
    return (tile: TileCoordinate) => held.get(key(tile))!;
  }
}

describe('a tree kept in tiles', () => {
  it('has the root, inclusion and consistency proofs of the list, for every size to 600', () => {
    const log = new TiledLog();
    for (let size = 0; size <= 600; size++) {
      const list = leaves.slice(0, size);
      expect(toHex(log.root)).toBe(toHex(treeHash(list)));
      expect(toHex(rootFromTiles(size, log.reader(tilesForRoot(size))))).toBe(toHex(log.root));
      for (const at of [(size * size * 7919) % 601, size - 1 - (size % 7)])
        if (at >= 0 && at < size) {
          const made = inclusionFromTiles(at, size, log.reader(tilesForInclusion(at, size)));
          expect(hex(made)).toEqual(hex(inclusionProof(at, list)));
          const read = log.reader(tilesForConsistency(at, size));
          expect(hex(consistencyFromTiles(at, size, read))).toEqual(hex(consistencyProof(at, list)));
        }
      log.append([leaves[size]!]);
    }
  });

  it('grows by any steps to the same tiles, past a second level', () => {
    const whole = new TiledLog();
    whole.append(leaves);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 8 }), (steps) => {
        const log = new TiledLog();
        for (const step of steps) log.append(leaves.slice(log.size, log.size + step));
        log.append(leaves.slice(log.size));
        expect(log.fingerprint()).toBe(whole.fingerprint());
      }),
      { numRuns: 5 },
    );
  });

  it('proves any leaf and any older size of a tree of more than 65,536 leaves', () => {
    const log = new TiledLog();
    log.append(leaves);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), fc.nat(), (size, seed) => {
        const index = seed % size;
        const root = rootFromTiles(size, log.reader(tilesForRoot(size)));
        const inclusion = inclusionFromTiles(index, size, log.reader(tilesForInclusion(index, size)));
        verifyInclusion({ index, size, leaf: leaves[index]!, proof: inclusion, root });
        const proof = consistencyFromTiles(size, 70_000, log.reader(tilesForConsistency(size, 70_000)));
        verifyConsistency({ from: size, to: 70_000, proof, fromRoot: root, toRoot: log.root });
      }),
      { numRuns: 60 },
    );
  });

  it('proves leaves of a tree of 2^40 and some leaves, made of nothing but tiles', () => {
    // All leaves the same: then so are all complete subtrees of one height, and any tile can be made on demand.
    const same = [leafHash(utf8('same'))];
    for (let height = 0; height < 48; height++) same.push(treeHash([same[height]!, same[height]!]));
    const tiles = Array.from({ length: 6 }, (_, level) => Buffer.alloc(256 * 32, same[8 * level]));
    const read = ({ level }: TileCoordinate) => tiles[level]!;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 + 12345 }), fc.nat(), (size, seed) => {
        const index = (seed * 4099) % size;
        const root = rootFromTiles(size, read);
        const claim = { index, size, leaf: same[0]!, root };
        verifyInclusion({ ...claim, proof: inclusionFromTiles(index, size, read) });
        if (index === 0) return;
        const proof = consistencyFromTiles(index, size, read);
        verifyConsistency({
          from: index,
          to: size,
          proof,
          fromRoot: rootFromTiles(index, read),
          toRoot: root,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('refuses an edge or a tile that lacks hashes', () => {
    expect(refusalOf(() => appendToTree(3, [], [leaves[3]!]))).toBe('TILE.INCOMPLETE');
    expect(refusalOf(() => appendToTree(3, [new Uint8Array(64)], [leaves[3]!]))).toBe('TILE.INCOMPLETE');
    expect(refusalOf(() => rootFromTiles(3, () => new Uint8Array(64)))).toBe('TILE.INCOMPLETE');
  });

  it('returns hashes that do not change when a tile does', () => {
    const tile = new Uint8Array([...leaves[0]!, ...leaves[1]!]);
    const [sibling] = inclusionFromTiles(0, 2, () => Buffer.from(tile.buffer));
    tile.fill(0);
    expect(sibling).toEqual(leaves[1]);
  });
});

describe('tile paths', () => {
  it('names the example of the specification', () => {
    expect(tilePath({ level: 0, n: 1_234_067 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, n: 0 }, 1)).toBe('tile/2/000.p/1');
    expect(entriesPath(273, 112)).toBe('tile/entries/273.p/112');
    expect(edgeTiles(70_000)).toEqual([
      { level: 0, n: 273 },
      { level: 1, n: 1 },
      { level: 2, n: 0 },
    ]);
    expect(edgeTiles(256)).toEqual([{ level: 1, n: 0 }]);
    expect(edgeTiles(0)).toEqual([]);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 63 }),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 256 }),
        (level, n, width) => {
          expect(parseTilePath(tilePath({ level, n }, width))).toEqual({ kind: 'hashes', level, n, width });
          expect(parseTilePath(entriesPath(n, width))).toEqual({ kind: 'entries', n, width });
        },
      ),
    );
  });

  it.each([
    '',
    'tile/0',
    'tile/0/1',
    'tile/0/0001',
    'tile/00/001',
    'tile/64/001',
    'tile/0/x000/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/01',
    'tile/0/001.p/',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/x001/x002',
    'tile/-1/001',
    '/tile/0/001',
    'tile/0/001/',
    'tile/0/001\n',
    'tile/0/../001',
    'tile/entries/1',
    'tile/Entries/001',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/٠٠١',
    'tile/0/001.p/1000',
  ])('refuses %j', (path) => {
    expect(refusalOf(() => parseTilePath(path))).toBe('TILE.INVALID_PATH');
  });

  it('refuses coordinates that have no path', () => {
    for (const n of [-1, 0.5, NaN, 2 ** 53])
      expect(refusalOf(() => tilePath({ level: 0, n }))).toBe('TILE.INVALID_PATH');
    for (const width of [0, 257, NaN])
      expect(refusalOf(() => entriesPath(0, width))).toBe('TILE.INVALID_PATH');
  });
});

describe('entry bundles', () => {
  it('reads back what it wrote, and hashes to the tile above', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (entries) => {
        expect(decodeEntries(encodeEntries(entries))).toEqual(entries);
      }),
    );
    expect(encodeEntries([sha256('a')]).subarray(0, 3)).toEqual(Uint8Array.of(0, 32, sha256('a')[0]!));
    expect(encodeEntries([new Uint8Array(65_535)])).toHaveLength(65_537);
  });

  it('refuses what ends within an entry, and an entry that has no length', () => {
    const bundle = encodeEntries([utf8('one'), utf8('two')]);
    for (const end of [1, 2, 4, 6, 7, 9])
      expect(refusalOf(() => decodeEntries(bundle.subarray(0, end)))).toBe('TILE.INVALID_ENTRIES');
    expect(refusalOf(() => encodeEntries([new Uint8Array(65_536)]))).toBe('TILE.INVALID_ENTRIES');
  });
});

// @types/jest does not know the one way to replace an ES module.
const modules = import.meta.jest as unknown as {
  unstable_mockModule(name: string, factory: () => unknown): void;
};

let hashed = 0;
const real = await import('#sha256');
modules.unstable_mockModule('#sha256', () => ({
  ...real,
  sha256: (data: Uint8Array | string) => {
    hashed++;
    return real.sha256(data);
  },
}));
const { appendToTree, edgeTiles, leafHash, utf8 } = await import('#core');

describe('the cost of appending', () => {
  const leaves = Array.from({ length: 4000 }, (_, at) => leafHash(utf8(String(at))));
  const cost = (size: number, added: number) => {
    const edge = edgeTiles(size).map(() => new Uint8Array(256 * 32));
    hashed = 0;
    appendToTree(size, edge, leaves.slice(0, added));
    return hashed;
  };

  it.each([0, 1, 255, 256, 100_000, 16_777_215, 1_000_000_000, 2 ** 40 - 1])(
    'is close to one hash a leaf for 4,000 leaves on top of %d',
    (size) => {
      expect(cost(size, 4000)).toBeGreaterThanOrEqual(3900);
      expect(cost(size, 4000)).toBeLessThan(4000 + 255 * (edgeTiles(size + 4000).length + 2));
      expect(cost(size, 4000)).toBeLessThan(6000);
    },
  );

  it('is the right edge for one leaf', () => {
    expect(cost(0, 1)).toBe(0);
    expect(cost(1_000_000, 1)).toBeLessThan(3 * 255);
  });
});

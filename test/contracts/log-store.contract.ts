import { edgeTiles, inclusionFromTiles, leafHash, tilesForInclusion, treeHash, verifyInclusion } from '#core';
import type { ExtendLog, LogHead, Source } from '#ports';
import { declareSource, extendLog, recordSketches, sequence } from './store-steps.js';
import type { Stores } from './store-steps.js';

export function logStoreContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });

  const recorded = async (count: number): Promise<void> => {
    await recordSketches(
      stores(),
      Array.from({ length: count }, () => ({ sourceId: source.id })),
    );
  };
  /** The root over all entries as the stores answer them: nothing of tiles or checkpoints is believed. */
  const rootOfEntries = async (size: number): Promise<Uint8Array> => {
    const entries = await stores().log.entries(0, size);
    expect(entries).toHaveLength(size);
    return treeHash(entries.map(leafHash));
  };
  const expectWhole = async (size: number): Promise<void> => {
    const head = await stores().log.head();
    expect(head?.size).toBe(size);
    expect(Buffer.from(head!.root)).toEqual(Buffer.from(await rootOfEntries(size)));
  };

  it('is empty at first, and stays so while nothing waits', async () => {
    expect(await stores().log.head()).toBeUndefined();
    let called = false;
    const extend: ExtendLog = (...given) => {
      called = true;
      return extendLog(...given);
    };
    expect(await stores().log.sequence(10, edgeTiles, extend)).toBeUndefined();
    expect(called).toBe(false);
    expect(await stores().log.facts()).toEqual({ pending: 0, oldestPending: undefined });
  });

  it('gives every waiting commitment one index, in the order of arrival', async () => {
    const versions = await recordSketches(
      stores(),
      ['b', 'a', 'c'].map((id) => ({ sourceId: source.id, id })),
    );
    const facts = await stores().log.facts();
    expect(facts.pending).toBe(3);
    expect(Math.abs(Date.now() - facts.oldestPending!.getTime())).toBeLessThan(60_000);
    const head = await sequence(stores());
    expect(head).toMatchObject({ size: 3, note: 'note of 3\n' });
    const entries = (await stores().log.entries(0, 3)).map((entry) => Buffer.from(entry).toString('hex'));
    expect(entries.toSorted()).toEqual(
      versions.map(({ commitment }) => Buffer.from(commitment).toString('hex')).toSorted(),
    );
    const ids = await Promise.all(
      [0, 1, 2].map(async (index) => (await stores().records.atIndex(index))?.recordId),
    );
    expect(ids).toEqual(ids.toSorted((a, b) => a! - b!));
    expect(await stores().log.facts()).toMatchObject({ pending: 0 });
  });

  it('takes no more than its limit, and grows over the edges of tiles', async () => {
    await recorded(600);
    const sizes: (number | undefined)[] = [];
    for (const limit of [1, 254, 1, 1, 255, 1_000]) sizes.push((await sequence(stores(), limit))?.size);
    expect(sizes).toEqual([1, 255, 256, 257, 512, 600]);
    await expectWhole(600);
    for (const size of [1, 255, 256, 257, 512]) {
      const head = await stores().log.headAt(size);
      expect(Buffer.from(head!.root)).toEqual(Buffer.from(await rootOfEntries(size)));
    }
    expect(await stores().log.headAt(2)).toBeUndefined();
  });

  it('keeps tiles from which every entry can be proven', async () => {
    await recorded(300);
    const head = (await sequence(stores()))!;
    const entries = await stores().log.entries(0, 300);
    for (const index of [0, 1, 255, 256, 299]) {
      const coordinates = tilesForInclusion(index, 300);
      const tiles = await stores().log.tiles(coordinates);
      const proof = inclusionFromTiles(index, 300, ({ level, n }) => {
        const found = coordinates.findIndex((tile) => tile.level === level && tile.n === n);
        return tiles[found]!;
      });
      const leaf = leafHash(entries[index]!);
      expect(() => verifyInclusion({ index, size: 300, leaf, proof, root: head.root })).not.toThrow();
    }
    const lengths = (
      await stores().log.tiles([
        { level: 0, n: 0 },
        { level: 9, n: 9 },
        { level: 0, n: 1 },
      ])
    ).map((tile) => tile?.length);
    expect(lengths).toEqual([8_192, undefined, 44 * 32]);
  });

  it('answers the entries that there are', async () => {
    await recorded(5);
    await sequence(stores());
    const all = await stores().log.entries(0, 5);
    expect(await stores().log.entries(2, 4)).toEqual(all.slice(2, 4));
    expect(await stores().log.entries(3, 99)).toEqual(all.slice(3));
    expect(await stores().log.entries(5, 9)).toEqual([]);
  });

  it('leaves everything as it was when extending fails', async () => {
    await recorded(3);
    await sequence(stores(), 1);
    const failing = (): never => {
      throw new Error('no key');
    };
    await expect(stores().log.sequence(10, edgeTiles, failing)).rejects.toThrow('no key');
    expect(await stores().log.facts()).toMatchObject({ pending: 2 });
    await sequence(stores());
    await expectWhole(3);
  });

  it.each<[string, (extension: ReturnType<ExtendLog>) => ReturnType<ExtendLog>]>([
    ['counts wrongly', (good) => ({ ...good, head: { ...good.head, size: good.head.size + 1 } })],
    ['adds nothing', (good) => ({ ...good, entries: [] })],
    [
      'leaves one out',
      (good) => ({ ...good, entries: good.entries.slice(1), head: { ...good.head, size: 1 } }),
    ],
    ['changes the order', (good) => ({ ...good, entries: good.entries.toReversed() })],
  ])('refuses an extension that %s', async (_what, spoil) => {
    await recorded(2);
    const extend: ExtendLog = (...given) => spoil(extendLog(...given));
    await expect(stores().log.sequence(10, edgeTiles, extend)).rejects.toMatchObject({
      code: 'STORE.BROKEN_LOG',
    });
    expect(await stores().log.head()).toBeUndefined();
    expect(await stores().log.facts()).toMatchObject({ pending: 2 });
  });

  it('makes one tree when several sequence at once, while more arrives', async () => {
    await recorded(200);
    const heads = await Promise.all([
      ...Array.from({ length: 6 }, async () => {
        const made: (LogHead | undefined)[] = [];
        for (let pass = 0; pass < 8; pass++) made.push(await sequence(stores(), 37));
        return made;
      }),
      recorded(100).then(() => []),
    ]);
    while (await sequence(stores())) continue;
    const sizes = heads.flat().flatMap((head) => head?.size ?? []);
    expect(new Set(sizes).size).toBe(sizes.length);
    await expectWhole(300);
  });

  describe('cosigned checkpoints', () => {
    const note = 'a text\n\n— log.example AAAAAAA=\n';
    const line = (name: string) => `— ${name} AAAAAAA=`;
    const signed: ExtendLog = (...given) => {
      const extension = extendLog(...given);
      return { ...extension, head: { ...extension.head, note } };
    };
    const grow = async (): Promise<void> => {
      await recorded(1);
      await stores().log.sequence(10, edgeTiles, signed);
    };
    const enough = (text: string) => text.includes('w1') && text.includes('w2');

    it('collect lines one by one, each once, until enough have cosigned', async () => {
      await grow();
      expect(await stores().log.witnessedHead()).toBeUndefined();
      expect((await stores().log.cosign(1, [line('w1')], enough))?.note).toBe(`${note}${line('w1')}\n`);
      expect(await stores().log.witnessedHead()).toBeUndefined();
      const both = await stores().log.cosign(1, [line('w2'), line('w1')], enough);
      expect(both).toMatchObject({ size: 1, note: `${note}${line('w1')}\n${line('w2')}\n` });
      expect(await stores().log.witnessedHead()).toEqual(both);
      expect(await stores().log.head()).toEqual(both);
    });

    it('lose no line when many are added at once', async () => {
      await grow();
      const lines = Array.from({ length: 12 }, (_, at) => line(`w${at}`));
      await Promise.all(lines.map((one) => stores().log.cosign(1, [one], enough)));
      const head = await stores().log.witnessedHead();
      for (const one of lines) expect(head?.note).toContain(`${one}\n`);
    });

    it('stay witnessed, and stay the newest such while the log grows', async () => {
      await grow();
      await stores().log.cosign(1, [line('w1'), line('w2')], enough);
      await stores().log.cosign(1, [line('w3')], () => false);
      await grow();
      expect((await stores().log.head())?.size).toBe(2);
      expect(await stores().log.witnessedHead()).toMatchObject({ size: 1 });
      await stores().log.cosign(2, [line('w1'), line('w2')], enough);
      expect(await stores().log.witnessedHead()).toMatchObject({ size: 2 });
    });

    it('take no line that is none, and nothing of a size that was never published', async () => {
      await grow();
      expect(await stores().log.cosign(7, [line('w1')], enough)).toBeUndefined();
      await expect(stores().log.cosign(1, ['x\n\ny'], enough)).rejects.toMatchObject({
        code: 'NOTE.MALFORMED',
      });
      expect((await stores().log.head())?.note).toBe(note);
    });
  });
}

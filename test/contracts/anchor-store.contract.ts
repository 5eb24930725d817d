import { randomBytes } from 'node:crypto';
import type { Anchor } from '#ports';
import type { Stores } from './store-steps.js';

export function anchorStoreContract(stores: () => Stores): void {
  const prepare = async (ledger: string, size: number): Promise<Anchor | undefined> =>
    stores().anchors.prepare({
      ledger,
      size,
      root: Buffer.alloc(32, size),
      prepared: { reference: `0x${randomBytes(8).toString('hex')}`, payload: Buffer.from([1, 2, size]) },
    });
  const facts = { chainId: 1, block: 7, transaction: '0xab' };
  const at = async (ledger: string, size: number, ...states: Anchor['state'][]): Promise<Anchor> => {
    const anchor = (await prepare(ledger, size))!;
    for (const state of states)
      await stores().anchors.move(anchor.id, state === 'submitted' ? { state } : { state, facts });
    return anchor;
  };

  it('keeps what is prepared, whole', async () => {
    const anchor = (await prepare('sepolia', 5))!;
    expect(anchor).toMatchObject({ ledger: 'sepolia', size: 5, state: 'prepared', facts: undefined });
    const [open] = await stores().anchors.open('sepolia');
    expect(open).toEqual(anchor);
    expect(Buffer.from(open!.payload)).toEqual(Buffer.from([1, 2, 5]));
    expect(Buffer.from(open!.root)).toEqual(Buffer.alloc(32, 5));
    expect(await stores().anchors.open('other')).toEqual([]);
  });

  it('has one anchor a ledger under way, even when several prepare at once', async () => {
    const prepared = await Promise.all([1, 2, 3, 4, 5].map((size) => prepare('sepolia', size)));
    expect(prepared.filter((anchor) => anchor !== undefined)).toHaveLength(1);
    expect(await prepare('other', 1)).toBeDefined();
    const [first] = await stores().anchors.open('sepolia');
    await stores().anchors.move(first!.id, { state: 'submitted' });
    expect(await prepare('sepolia', 9)).toBeUndefined();
    await stores().anchors.move(first!.id, { state: 'included', facts });
    expect(await prepare('sepolia', 9)).toBeDefined();
    expect((await stores().anchors.open('sepolia')).map(({ size, state }) => [size, state])).toEqual([
      [first!.size, 'included'],
      [9, 'prepared'],
    ]);
  });

  it('says so when going back would put two under way', async () => {
    const first = await at('sepolia', 1, 'submitted', 'included');
    await prepare('sepolia', 2);
    await expect(stores().anchors.move(first.id, { state: 'submitted' })).rejects.toMatchObject({
      code: 'ANCHOR.UNDER_WAY',
      advice: 'retry',
    });
  });

  it('closes what is final or failed for good', async () => {
    const done = await at('sepolia', 1, 'submitted', 'included', 'final');
    const failed = await at('sepolia', 2, 'submitted', 'failed');
    expect(await stores().anchors.open('sepolia')).toEqual([]);
    for (const { id } of [done, failed]) await stores().anchors.move(id, { state: 'submitted' });
    expect(await stores().anchors.open('sepolia')).toEqual([]);
  });

  it('keeps facts until it is told others', async () => {
    const { id } = await at('sepolia', 1, 'submitted', 'included');
    await stores().anchors.move(id, { state: 'final' });
    expect(await stores().anchors.covering(0)).toMatchObject([{ state: 'final', facts }]);
  });

  it('finds the first anchor over an index on each ledger, final ones first', async () => {
    await at('a', 10, 'submitted', 'included');
    await at('a', 20, 'submitted', 'included', 'final');
    await at('a', 30, 'submitted', 'included', 'final');
    await at('b', 15, 'submitted', 'included');
    await at('b', 25, 'submitted');
    await at('c', 99, 'submitted', 'failed');
    const covering = async (index: number): Promise<unknown> =>
      (await stores().anchors.covering(index)).map(({ ledger, size, state }) => [ledger, size, state]);
    expect(await covering(9)).toEqual([
      ['a', 20, 'final'],
      ['b', 15, 'included'],
    ]);
    expect(await covering(14)).toEqual([
      ['a', 20, 'final'],
      ['b', 15, 'included'],
    ]);
    expect(await covering(15)).toEqual([['a', 20, 'final']]);
    expect(await covering(29)).toEqual([['a', 30, 'final']]);
    expect(await covering(30)).toEqual([]);
  });

  it('tells how far each ledger has come, and what went wrong last', async () => {
    await at('a', 10, 'submitted', 'included', 'final');
    await at('a', 20, 'submitted', 'included');
    await at('a', 30, 'submitted');
    const failed = await at('b', 5, 'submitted');
    await stores().anchors.move(failed.id, { state: 'failed', error: 'LEDGER.REFUSED' });
    expect(await stores().anchors.progress()).toEqual([
      {
        ledger: 'a',
        submitted: 30,
        included: 20,
        final: 10,
        newest: expect.any(Date) as Date,
        lastError: undefined,
      },
      { ledger: 'b', submitted: 0, included: 0, final: 0, newest: undefined, lastError: 'LEDGER.REFUSED' },
    ]);
  });
}

import { Batcher, BatcherFull } from './batcher.js';

const limits = {
  maxItems: 3,
  maxWeight: 100,
  parallel: 1,
  maxWaitingWeight: 100,
  weigh: (item: number) => item,
};

/** A batcher whose calls end when the test says so. */
function held(overrides: Partial<typeof limits> = {}) {
  const batches: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const batcher = new Batcher<number, string>({ ...limits, ...overrides }, async (items) => {
    batches.push(items);
    await new Promise<void>((end) => ends.push(end));
    return items.map(String);
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { batcher, batches, turn, end: () => ends.shift()?.() };
}

describe('Batcher', () => {
  it('gathers what arrives while a call is under way, up to the number of items', async () => {
    const { batcher, batches, turn, end } = held();
    const results = [batcher.add(1)];
    await turn();
    results.push(...[2, 3, 4, 5].map((item) => batcher.add(item)));
    for (let round = 0; round < 3; round += 1) {
      end();
      await turn();
    }
    expect(await Promise.all(results)).toEqual(['1', '2', '3', '4', '5']);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('splits by weight, and lets a heavy item go alone', async () => {
    const { batcher, batches, turn, end } = held({ maxWeight: 10, maxWaitingWeight: 1000 });
    const results = [4, 5, 50, 1].map((item) => batcher.add(item));
    for (let round = 0; round < 4; round += 1) {
      await turn();
      end();
    }
    await Promise.all(results);
    expect(batches).toEqual([[4, 5], [50], [1]]);
  });

  it('refuses when too much waits, and takes more once it has drained', async () => {
    const { batcher, turn, end } = held({ maxWaitingWeight: 10 });
    const first = batcher.add(9);
    await expect(batcher.add(2)).rejects.toBeInstanceOf(BatcherFull);
    await turn();
    const second = batcher.add(2);
    end();
    await turn();
    end();
    expect(await Promise.all([first, second])).toEqual(['9', '2']);
  });

  it('fails every item of a batch that fails, and goes on with the next', async () => {
    let calls = 0;
    const batcher = new Batcher<number, number>(limits, (items) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('down')) : Promise.resolve(items);
    });
    const failed = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await batcher.add(3)).toBe(3);
  });
});

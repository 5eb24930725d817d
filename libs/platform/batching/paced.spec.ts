import { setTimeout as delay } from 'node:timers/promises';
import { Paced } from './paced.js';

/** Notes what is handed over, and takes as long as it is told to. */
function recording(pauseMs: number, eachMs = 0): { paced: Paced<number>; calls: (readonly number[])[] } {
  const calls: (readonly number[])[] = [];
  const paced = new Paced<number>(pauseMs, async (items) => {
    calls.push(items);
    await delay(eachMs);
  });
  return { paced, calls };
}

describe('Paced', () => {
  it('hands over at once, and what comes in the pause together after it', async () => {
    const { paced, calls } = recording(60);
    paced.add([1]);
    expect(calls).toEqual([[1]]);
    paced.add([2]);
    paced.add([3, 4]);
    expect(calls).toEqual([[1]]);
    await delay(120);
    expect(calls).toEqual([[1], [2, 3, 4]]);
    await delay(60);
    paced.add([5]);
    expect(calls).toEqual([[1], [2, 3, 4], [5]]);
    await paced.finish();
  });

  it('hands over everything when it is to finish, pausing no more', async () => {
    const { paced, calls } = recording(60_000, 20);
    paced.add([1]);
    paced.add([2]);
    await paced.finish();
    expect(calls).toEqual([[1], [2]]);
    paced.add([3]);
    await paced.finish();
    expect(calls).toEqual([[1], [2], [3]]);
  });
});

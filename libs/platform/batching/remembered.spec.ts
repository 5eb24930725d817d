import { setTimeout as delay } from 'node:timers/promises';
import { Remembered } from './remembered.js';

/** Answers 1, 2, 3, … and fails where it is told to. */
function counting(failing: readonly number[] = []): () => Promise<number> {
  let calls = 0;
  return () => {
    calls += 1;
    return failing.includes(calls) ? Promise.reject(new Error(`call ${calls}`)) : Promise.resolve(calls);
  };
}

describe('Remembered', () => {
  it('asks once for all who want the answer, and again when it is too old', async () => {
    const remembered = new Remembered(counting(), 20);
    expect(await Promise.all([remembered.get(), remembered.get()])).toEqual([1, 1]);
    await delay(30);
    expect(await remembered.get()).toBe(2);
  });

  it('does not remember a failure', async () => {
    const remembered = new Remembered(counting([1]), 60_000);
    await expect(remembered.get()).rejects.toThrow('call 1');
    expect(await remembered.get()).toBe(2);
  });

  it('forgets, also an answer that is under way', async () => {
    const remembered = new Remembered(counting(), 60_000);
    const first = remembered.get();
    remembered.forget();
    expect(await remembered.get()).toBe(2);
    expect(await first).toBe(1);
    expect(await remembered.get()).toBe(2);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';

/** How fast to go. */
interface Pace {
  /** Between the beginnings of two items. */
  readonly intervalMs: number;
  /** Items under way at the same time, at most. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
}

/**
 * Works on items one after another, spread evenly over time. Begins none any more when the signal aborts or one has
 * failed; rejects with the first failure, once none is under way.
 * @returns milliseconds until the item after the last one would be due
 */
export async function atEvenPace<T>(
  items: readonly T[],
  { intervalMs, atOnce, signal }: Pace,
  work: (item: T) => Promise<void>,
): Promise<number> {
  const begun = performance.now();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const dueIn = (at: number): number => Math.max(0, begun + at * intervalMs - performance.now());
  const waiting = items.entries();
  const workOn = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      if (dueIn(at) > 0) await sleep(dueIn(at), undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) return;
      await work(item).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOn));
  failed.signal.throwIfAborted();
  return dueIn(items.length);
}

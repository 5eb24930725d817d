/** How much one call may carry, and how many calls may be under way. */
export interface BatcherLimits<T> {
  readonly maxItems: number;
  /** The sum of `weigh` over a batch; a single heavier item goes alone. */
  readonly maxWeight: number;
  /** Batches under way at the same time. */
  readonly parallel: number;
  /** Items that may wait, by weight; beyond it {@link Batcher.add} refuses. */
  readonly maxWaitingWeight: number;
  readonly weigh: (item: T) => number;
}

/** Thrown by {@link Batcher.add} when too much waits already: try again later. */
export class BatcherFull extends Error {
  override readonly name = 'BatcherFull';
}

interface Waiting<T, R> {
  readonly item: T;
  readonly weight: number;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Turns many single calls into few calls with many items. No timer: while `parallel` calls are under way the next
 * batch fills up, so that an idle system answers at once and a busy one in ever larger batches (group commit).
 */
export class Batcher<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private waitingWeight = 0;
  private underWay = 0;

  /** @param run answers one result an item, in the same order; when it throws, every item of that batch fails. */
  constructor(
    private readonly limits: BatcherLimits<T>,
    private readonly run: (items: readonly T[]) => Promise<readonly R[]>,
  ) {}

  add(item: T): Promise<R> {
    const weight = this.limits.weigh(item);
    if (this.waiting.length > 0 && this.waitingWeight + weight > this.limits.maxWaitingWeight)
      return Promise.reject(new BatcherFull('too much waits already'));
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, weight, resolve, reject });
      this.waitingWeight += weight;
      if (this.underWay < this.limits.parallel) {
        this.underWay += 1;
        // After this turn of the event loop, so that calls that arrived together go together.
        setImmediate(() => void this.drain());
      }
    });
  }

  private async drain(): Promise<void> {
    for (let batch = this.take(); batch.length > 0; batch = this.take()) await this.runBatch(batch);
    this.underWay -= 1;
  }

  private async runBatch(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, at) => resolve(results[at]!));
    } catch (reason) {
      for (const { reject } of batch) reject(reason);
    }
  }

  private take(): readonly Waiting<T, R>[] {
    let weight = 0;
    let count = 0;
    for (const next of this.waiting) {
      if (count === this.limits.maxItems || (count > 0 && weight + next.weight > this.limits.maxWeight))
        break;
      weight += next.weight;
      count += 1;
    }
    this.waitingWeight -= weight;
    return this.waiting.splice(0, count);
  }
}

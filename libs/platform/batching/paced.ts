import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Hands over what is added: at once when the last time is long enough ago, otherwise together with whatever else comes
 * until then. For work that costs the same however much it carries.
 */
export class Paced<T> {
  private items: T[] = [];
  private running: Promise<void> | undefined;
  private readonly finishing = new AbortController();

  /** @param pauseMs least time between two calls of `run`, which must not throw */
  constructor(
    private readonly pauseMs: number,
    private readonly run: (items: readonly T[]) => Promise<void>,
  ) {}

  add(items: readonly T[]): void {
    this.items.push(...items);
    this.running ??= this.handOver();
  }

  /** Pauses no more, and resolves when everything added so far has been handed over. */
  async finish(): Promise<void> {
    this.finishing.abort();
    await this.running;
  }

  private async handOver(): Promise<void> {
    while (this.items.length > 0) {
      const items = this.items;
      this.items = [];
      await this.run(items);
      await sleep(this.pauseMs, undefined, this.finishing).catch(() => undefined);
    }
    this.running = undefined;
  }
}

/** The longest time that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Watches for Subscriptions that come to their end. */
export class SubscriptionEnds {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly onEnd: (id: string) => void) {}

  /** @param end instant, of a Subscription that may have none; replaces what was said before */
  watch(id: string, end: string | undefined): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    const ms = end === undefined ? NaN : Date.parse(end) - Date.now();
    if (!(ms > 0 && ms <= MAX_TIMER_MS)) return;
    this.timers.set(id, setTimeout(() => this.onEnd(id), ms).unref());
  }

  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}

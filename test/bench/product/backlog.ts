import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresInbox, PostgresLogStore, type Database } from '#adapters/store-postgres';
import { monotonicMs } from '../load/load.js';

const POLL_MS = 20;
const SAMPLE_MS = 250;

/** How many notifications waited at some moment: accepted, but not yet sequenced. */
interface BacklogSample {
  readonly at: number;
  readonly waiting: number;
}

/** Watches what waits between intake and log. */
export class Backlog {
  private readonly inbox: PostgresInbox;
  private readonly log: PostgresLogStore;

  constructor(database: Database) {
    this.inbox = new PostgresInbox(database);
    this.log = new PostgresLogStore(database);
  }

  async logSize(): Promise<number> {
    return (await this.log.head())?.size ?? 0;
  }

  /** Resolves with the moment when the log has so many entries; throws when it stands still for `patienceMs`. */
  async untilLogHas(size: number, patienceMs = 30_000): Promise<number> {
    let last = { size: -1, at: monotonicMs() };
    for (;;) {
      const now = await this.logSize();
      const at = monotonicMs();
      if (now >= size) return at;
      if (now > last.size) last = { size: now, at };
      if (at - last.at > patienceMs) throw new Error(`the log stands still at ${now} of ${size} entries`);
      await sleep(POLL_MS);
    }
  }

  /** Samples the backlog until `ended` does. */
  async watch(ended: Promise<unknown>): Promise<readonly BacklogSample[]> {
    const samples: BacklogSample[] = [];
    const end = new AbortController();
    const stop = (): void => end.abort();
    ended.then(stop, stop);
    while (!end.signal.aborted) {
      const [{ waiting }, { pending }] = await Promise.all([this.inbox.facts(), this.log.facts()]);
      samples.push({ at: monotonicMs() / 1000, waiting: waiting + pending });
      await sleep(SAMPLE_MS);
    }
    return samples;
  }
}

/** How fast the backlog grew, in notifications a second: the slope of the least-squares line through the samples. */
export function growth(samples: readonly BacklogSample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const time = mean(samples.map(({ at }) => at));
  const waiting = mean(samples.map((sample) => sample.waiting));
  const covariance = mean(samples.map((sample) => (sample.at - time) * (sample.waiting - waiting)));
  const variance = mean(samples.map(({ at }) => (at - time) ** 2));
  return variance === 0 ? 0 : covariance / variance;
}

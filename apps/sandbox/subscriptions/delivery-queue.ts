import { setTimeout as sleep } from 'node:timers/promises';

export interface DeliverySettings {
  /** Tries before a delivery has failed for good. */
  readonly attempts: number;
  /** Pause after the first failure; doubles after each further one. */
  readonly backoffMs: number;
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** Deliveries under way at once; those of one resource always follow each other. */
  readonly parallel: number;
}

export const DEFAULT_DELIVERY: DeliverySettings = {
  attempts: 5,
  backoffMs: 1000,
  timeoutMs: 10_000,
  parallel: 8,
};

export interface DeliveryFacts {
  /** Waiting or under way. */
  queued: number;
  delivered: number;
  failed: number;
  /** Given up because their Subscription was switched off, deleted, or failed before them. */
  dropped: number;
  attempts: number;
}

/** Makes one try; rejects when it failed. */
export type Attempt = (signal: AbortSignal) => Promise<void>;

/** The deliveries of one Subscription: in order for each resource, tried again with exponential backoff. */
export class DeliveryQueue {
  readonly facts: DeliveryFacts = { queued: 0, delivered: 0, failed: 0, dropped: 0, attempts: 0 };
  private readonly lanes: Promise<void>[];
  private stopping = new AbortController();

  /** @param onFailure called once when a delivery has failed for good; what waited behind it is dropped. */
  constructor(
    private readonly settings: DeliverySettings,
    private readonly onFailure: (reason: string) => void,
  ) {
    this.lanes = Array.from({ length: settings.parallel }, () => Promise.resolve());
  }

  /** @param key deliveries with the same key keep their order */
  add(key: string, attempt: Attempt): void {
    const { signal } = this.stopping;
    const lane = laneOf(key, this.lanes.length);
    this.facts.queued += 1;
    this.lanes[lane] = this.lanes[lane]!.then(() => this.deliver(attempt, signal));
  }

  /** Drops what waits and interrupts what is under way; later additions are delivered again. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }

  private async deliver(attempt: Attempt, stopped: AbortSignal): Promise<void> {
    const failure = await this.tryRepeatedly(attempt, stopped);
    this.facts.queued -= 1;
    if (failure === undefined) this.facts.delivered += 1;
    else if (stopped.aborted) this.facts.dropped += 1;
    else {
      this.facts.failed += 1;
      this.stop();
      this.onFailure(failure);
    }
  }

  /** Answers why the last try failed, or undefined when one succeeded. */
  private async tryRepeatedly(attempt: Attempt, stopped: AbortSignal): Promise<string | undefined> {
    let failure: string | undefined = 'stopped';
    for (let tried = 0; tried < this.settings.attempts && failure !== undefined; tried++) {
      if (tried > 0) await pause(this.settings.backoffMs * 2 ** (tried - 1), stopped);
      if (stopped.aborted) break;
      this.facts.attempts += 1;
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(this.settings.timeoutMs)]);
      failure = await attempt(signal).then(() => undefined, reasonOf);
    }
    return failure;
  }
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopped }).catch(() => undefined);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause as { readonly code?: string } | undefined;
  return cause?.code ?? error.message;
}

function laneOf(key: string, lanes: number): number {
  let hash = 0;
  for (const character of key) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return hash % lanes;
}

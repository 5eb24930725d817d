import { setTimeout as sleep } from 'node:timers/promises';

export interface DeliverySettings {
  /** Tries before a delivery has failed for good. */
  readonly attempts: number;
  /** Pause after the first failure. */
  readonly backoffMs: number;
  /** What the pause is multiplied by after each further one. */
  readonly growth: number;
  /** What a delivery that failed for good does to its Subscription: status error, or nothing. */
  readonly afterFailure: 'error' | 'nothing';
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** Deliveries under way at once; those of one resource always follow each other. */
  readonly parallel: number;
}

export const DEFAULT_DELIVERY: DeliverySettings = {
  attempts: 5,
  backoffMs: 1000,
  growth: 2,
  afterFailure: 'error',
  timeoutMs: 10_000,
  parallel: 8,
};

/** HAPI's: again and again for about a minute, then forgotten. */
export const HAPI_DELIVERY: Partial<DeliverySettings> = {
  attempts: 21,
  growth: 1.1,
  afterFailure: 'nothing',
  parallel: 2,
};

export interface DeliveryFacts {
  /** Waiting or under way. */
  queued: number;
  delivered: number;
  failed: number;
  /** Given up because their Subscription was switched off, deleted, or failed before them, or a newer version came. */
  dropped: number;
  attempts: number;
}

/** Makes one try; answers whether there still was something to send, and rejects when it failed. */
export type Attempt = (signal: AbortSignal) => Promise<'sent' | 'superseded'>;

/** What became of a delivery: of one that failed, why. */
type Outcome = 'sent' | 'superseded' | { readonly failure: string };

/** The deliveries of one Subscription: in order for each key, tried again with exponential backoff. */
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

  /**
   * @param key deliveries with the same key keep their order
   * @param holdMs how long it is held back before it takes its place in that order
   */
  add(key: string, attempt: Attempt, holdMs = 0): void {
    const { signal } = this.stopping;
    this.facts.queued += 1;
    if (holdMs === 0) this.line(key, attempt, signal);
    else void pause(holdMs, signal).then(() => this.line(key, attempt, signal));
  }

  /** Drops what waits and interrupts what is under way; later additions are delivered again. */
  stop(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }

  private line(key: string, attempt: Attempt, signal: AbortSignal): void {
    const lane = laneOf(key, this.lanes.length);
    this.lanes[lane] = this.lanes[lane]!.then(() => this.deliver(attempt, signal));
  }

  private async deliver(attempt: Attempt, stopped: AbortSignal): Promise<void> {
    const outcome = await this.tryRepeatedly(attempt, stopped);
    this.facts.queued -= 1;
    if (outcome === 'sent') this.facts.delivered += 1;
    else if (outcome === 'superseded' || stopped.aborted) this.facts.dropped += 1;
    else this.giveUp(outcome.failure);
  }

  private giveUp(reason: string): void {
    this.facts.failed += 1;
    if (this.settings.afterFailure === 'nothing') return;
    this.stop();
    this.onFailure(reason);
  }

  private async tryRepeatedly(attempt: Attempt, stopped: AbortSignal): Promise<Outcome> {
    const { attempts, backoffMs, growth } = this.settings;
    let outcome: Outcome = { failure: 'stopped' };
    for (let tried = 0; tried < attempts && typeof outcome === 'object'; tried++) {
      if (tried > 0) await pause(backoffMs * growth ** (tried - 1), stopped);
      if (stopped.aborted) break;
      this.facts.attempts += 1;
      outcome = await attempt(stopped).catch((error: unknown) => ({ failure: reasonOf(error) }));
    }
    return outcome;
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

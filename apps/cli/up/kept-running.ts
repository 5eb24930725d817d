import { setTimeout as pause } from 'node:timers/promises';

/** Something that runs until it is stopped, or ends by itself. */
export interface Running {
  /** Resolves when it has ended, asked to or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** What ran so long is not in a loop of crashes: its next pause is the first again. */
const STEADY_MS = 60_000;

/** Starts something again, after a growing pause, whenever it ends by itself. */
export class KeptRunning<T extends Running> {
  /** The one that runs now, or ran last. */
  current: T;
  private startedAt = Date.now();
  private pauseMs = FIRST_PAUSE_MS;
  private readonly left = new AbortController();
  private restarts: Promise<void> = Promise.resolve();

  private constructor(
    readonly name: string,
    first: T,
    private readonly start: () => Promise<T>,
    private readonly onEvent: (message: string) => void,
  ) {
    this.current = first;
    this.watch();
  }

  /** Rejects when the first start fails. */
  static async start<T extends Running>(
    name: string,
    start: () => Promise<T>,
    onEvent: (message: string) => void,
  ): Promise<KeptRunning<T>> {
    return new KeptRunning(name, await start(), start, onEvent);
  }

  /** From now on it is not started again. */
  leave(): void {
    this.left.abort();
  }

  /** Nothing of it runs any more when this resolves. */
  async stop(): Promise<void> {
    this.leave();
    await this.restarts;
    await this.current.stop();
  }

  private watch(): void {
    void this.current.ended.then(() => {
      if (!this.left.signal.aborted) this.restarts = this.startAgain();
    });
  }

  private async startAgain(): Promise<void> {
    this.onEvent(`${this.name} ended by itself; starting it again`);
    if (Date.now() - this.startedAt > STEADY_MS) this.pauseMs = FIRST_PAUSE_MS;
    try {
      for (;;) {
        await pause(this.pauseMs, undefined, this.left);
        this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
        if (await this.tryStart()) return;
      }
    } catch {
      // Left while it paused.
    }
  }

  private async tryStart(): Promise<boolean> {
    try {
      this.current = await this.start();
    } catch {
      return false;
    }
    this.startedAt = Date.now();
    this.watch();
    return true;
  }
}

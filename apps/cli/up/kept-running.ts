/** Something that runs until it is stopped, or ends by itself. */
export interface Running {
  /** Resolves when it has ended, asked to or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Starts something again, after a growing pause, whenever it ends by itself. */
export class KeptRunning<T extends Running> {
  private stopping = false;
  private pauseMs = FIRST_PAUSE_MS;

  private constructor(
    readonly name: string,
    /** The one that runs now, or ran last. */
    public current: T,
    private readonly start: () => Promise<T>,
    private readonly onEvent: (message: string) => void,
  ) {
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
    this.stopping = true;
  }

  async stop(): Promise<void> {
    this.leave();
    await this.current.stop();
  }

  private watch(): void {
    void this.current.ended.then(() => this.again());
  }

  private again(): void {
    if (this.stopping) return;
    this.onEvent(`${this.name} ended by itself; starting it again`);
    const pause = this.pauseMs;
    this.pauseMs = Math.min(2 * pause, LONGEST_PAUSE_MS);
    setTimeout(() => void this.startAgain(), pause);
  }

  private async startAgain(): Promise<void> {
    if (this.stopping) return;
    try {
      this.current = await this.start();
      this.pauseMs = FIRST_PAUSE_MS;
      // Stopped while it started: nobody else would end it.
      if (this.stopping) await this.current.stop();
      else this.watch();
    } catch {
      this.again();
    }
  }
}

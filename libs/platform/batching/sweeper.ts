import { Logger } from '@nestjs/common';
import { errorCode } from '../logging/error-code.js';

/** Runs a sweep over and over, a fixed pause after each; one that fails is logged by its code and run again. */
export class Sweeper {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private stopped = false;

  constructor(
    name: string,
    private readonly pauseMs: number,
    private readonly sweep: () => Promise<void>,
  ) {
    this.logger = new Logger(`sweep ${name}`);
  }

  /** Sweeps now, and again after each pause. */
  start(): void {
    this.sweeping = this.once();
  }

  /** The sweep under way, if any, is the last one. */
  finish(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** No sweep runs any more when this resolves. */
  async stop(): Promise<void> {
    this.finish();
    await this.sweeping;
  }

  private async once(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn(errorCode(error));
    }
    if (!this.stopped) this.timer = setTimeout(() => this.start(), this.pauseMs);
  }
}

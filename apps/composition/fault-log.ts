import { Logger } from '@nestjs/common';
import { errorCode } from '#platform';

const ONCE_IN_MS = 10_000;

/**
 * Logs failures that nobody waits for, by their codes; the same code at most once in ten seconds, since a server that
 * is away fails many times in one.
 */
export class FaultLog {
  private readonly logger: Logger;
  private readonly told = new Map<string, number>();

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  readonly report = (error: unknown): void => {
    const code = errorCode(error);
    const now = Date.now();
    if (now - (this.told.get(code) ?? -Infinity) < ONCE_IN_MS) return;
    this.told.set(code, now);
    this.logger.warn(code);
  };
}

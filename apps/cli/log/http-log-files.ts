import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../frame/cli.errors.js';
import { limitedBytes } from './limited-bytes.js';
import type { LogFiles } from './log-files.js';

const TRIES = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** Answers that say "later", not "no". */
const PASSING = [408, 425, 429];

/** One try: what the server has there, or why it could not say and how long it asks us to wait. */
type Attempt =
  { readonly bytes: Uint8Array | undefined } | { readonly failure: string; readonly retryAfterMs?: number };

/** A log on a web server. Redirects are followed; content types are not looked at, only contents are. */
export class HttpLogFiles implements LogFiles {
  readonly place: string;
  private readonly prefix: URL;

  constructor(
    url: URL,
    private readonly timeoutMs: number,
  ) {
    this.place = url.href;
    this.prefix = new URL(url);
    this.prefix.search = this.prefix.hash = '';
    if (!this.prefix.pathname.endsWith('/')) this.prefix.pathname += '/';
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const url = new URL(path, this.prefix);
    for (let tries = 1, pauseMs = FIRST_PAUSE_MS; ; tries += 1, pauseMs *= 2) {
      const attempt = await this.attempt(url, maxBytes);
      if ('bytes' in attempt) return attempt.bytes;
      if (tries === TRIES) throw unreachable(url, attempt.failure);
      await pause(Math.min(Math.max(pauseMs, attempt.retryAfterMs ?? 0), LONGEST_PAUSE_MS));
    }
  }

  private async attempt(url: URL, maxBytes: number): Promise<Attempt> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(this.timeoutMs) });
      if (response.ok)
        return { bytes: response.body ? await limitedBytes(response.body, maxBytes) : new Uint8Array() };
      await response.body?.cancel();
      // Object stores answer 403 for what is not there to those who may not list.
      if (response.status < 500 && !PASSING.includes(response.status)) return { bytes: undefined };
      const retryAfterMs = 1000 * Number(response.headers.get('retry-after') ?? 0) || 0;
      return { failure: `status ${response.status}`, retryAfterMs };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      return { failure: timedOut ? `no answer within ${this.timeoutMs} ms` : 'no connection, or it broke' };
    }
  }
}

function unreachable(url: URL, failure: string): CliError {
  return new CliError('LOG.UNREACHABLE', `the log cannot be read after ${TRIES} tries: ${failure}`, {
    place: { input: url.href },
    advice: 'Try again later: nothing was found to be wrong with the log itself.',
  });
}

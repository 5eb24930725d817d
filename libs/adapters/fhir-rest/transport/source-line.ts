import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { PortError, type Source } from '#ports';
import type { Credentials } from '../access/credentials.js';
import { SourceStatusError } from '../fhir-rest.errors.js';
import { checkedConnector } from './checked-connector.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { exchange, openExchange, type Answer, type Message, type OpenedAnswer } from './exchange.js';
import { PermittedUrls } from './permitted-urls.js';
import { Slots } from './slots.js';
import type { RequestOutcome, TransportPolicy } from './transport-policy.js';

export interface SourceRequest extends Omit<Message, 'url'> {
  /** Absolute, or relative to the base. */
  readonly url: string;
  /** Whether our credentials go along; by default to the source's own base only. */
  readonly authorised?: boolean | undefined;
}

/** Everything that goes to one source, whoever asks: what it is kept to is shared by all of them. */
export class SourceLine {
  readonly urls: PermittedUrls;
  private readonly agent: Agent;
  private readonly slots: Slots;
  private readonly breaker: CircuitBreaker;
  private readonly credentials: Credentials;
  private readonly timeoutMs: number;
  private readonly count: (outcome: RequestOutcome) => void;

  /** Throws PortError SOURCE.REFUSED when the base, or an allowed one, is not a plain http(s) URL. */
  constructor(
    source: Source,
    private readonly policy: TransportPolicy,
  ) {
    const { timeoutMs, parallelRequests, privateHosts } = source.settings;
    this.urls = new PermittedUrls(source);
    this.timeoutMs = timeoutMs;
    this.agent = new Agent({
      connect: checkedConnector(privateHosts, timeoutMs),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    this.slots = new Slots(parallelRequests);
    this.breaker = new CircuitBreaker(policy.breaker, (open) => policy.onBreaker(source.name, open));
    this.count = (outcome) => policy.onOutcome(source.name, outcome);
    this.credentials = policy.credentials(source, this.urls, (message, maxBytes) =>
      exchange(message, this.agent, { timeoutMs, maxBytes }),
    );
  }

  /** Asks, and again when a read fails for a reason that may pass. Throws what {@link exchange} does. */
  ask(request: SourceRequest, maxBytes: number): Promise<Answer> {
    const limits = { timeoutMs: this.timeoutMs, maxBytes };
    return this.persistently(
      request,
      (message) => exchange(message, this.agent, limits),
      (answer, release) => {
        release();
        return answer;
      },
    );
  }

  /** Asks for a body of any size, of which each part is waited for no longer than the timeout. */
  open(request: SourceRequest): Promise<OpenedAnswer> {
    const abort = new AbortController();
    return this.persistently(
      request,
      (message) => openExchange(message, this.agent, abort.signal),
      (answer, release) => {
        const end = (): void => {
          release();
          abort.abort();
        };
        return { ...answer, chunks: untilEnd(answer.chunks, end) };
      },
    );
  }

  /** Lets requests under way end, and takes no more. */
  async close(): Promise<void> {
    await this.agent.close();
  }

  /** @param keep takes the answer, and the place among the parallel requests, to be given back with its end */
  private async persistently<T>(
    request: SourceRequest,
    send: (message: Message) => Promise<T>,
    keep: (answer: T, release: () => void) => T,
  ): Promise<T> {
    const url = this.urls.require(request.url);
    // No retry begins later: a call lasts about as long as two requests may.
    const latest = Date.now() + this.timeoutMs;
    for (let tries = 0; ; tries++) {
      const release = await this.slots.take(this.timeoutMs);
      try {
        return keep(await this.authorised({ ...request, url }, send), release);
      } catch (error) {
        release();
        const pauseMs = request.method === 'GET' ? this.pauseBefore(error, tries) : undefined;
        if (pauseMs === undefined || Date.now() + pauseMs > latest) throw error;
        await sleep(pauseMs);
      }
    }
  }

  /** Exponential backoff with full jitter, or what the source asks for; undefined: not again. */
  private pauseBefore(error: unknown, tries: number): number | undefined {
    const { most, backoffMs, longestMs } = this.policy.retries;
    if (tries >= most || !isUnavailable(error)) return undefined;
    if (error.retryAfterMs !== undefined)
      return error.retryAfterMs <= longestMs && error instanceof SourceStatusError
        ? error.retryAfterMs
        : undefined;
    return Math.random() * Math.min(backoffMs * 2 ** tries, longestMs);
  }

  /** A token that the source no longer takes is renewed once. */
  private async authorised<T>(request: SourceRequest, send: (message: Message) => Promise<T>): Promise<T> {
    const { authorised = this.urls.isOwn(request.url), ...message } = request;
    const attempt = (): Promise<T> =>
      this.guarded(async () => {
        const authorization = authorised ? await this.credentials.header() : undefined;
        const headers = { ...message.headers, ...(authorization !== undefined && { authorization }) };
        return send({ ...message, headers });
      });
    try {
      return await attempt();
    } catch (error) {
      const unauthorised = error instanceof SourceStatusError && error.status === 401;
      if (!unauthorised || !authorised || !this.credentials.renew()) throw error;
      return attempt();
    }
  }

  private async guarded<T>(attempt: () => Promise<T>): Promise<T> {
    this.breaker.enter();
    try {
      const answer = await attempt();
      this.breaker.answered();
      this.count('answered');
      return answer;
    } catch (error) {
      if (isUnavailable(error)) {
        const { retryAfterMs } = error;
        const { longestMs } = this.policy.retries;
        this.breaker.failed(
          retryAfterMs !== undefined && retryAfterMs > longestMs ? retryAfterMs : undefined,
        );
        this.count(error.advice === 'slow-down' ? 'slow-down' : 'unavailable');
      } else {
        this.breaker.answered();
        this.count('refused');
      }
      throw error;
    }
  }
}

function isUnavailable(error: unknown): error is PortError {
  return error instanceof PortError && error.code === 'SOURCE.UNAVAILABLE';
}

async function* untilEnd(
  chunks: AsyncIterable<Uint8Array>,
  end: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } finally {
    end();
  }
}

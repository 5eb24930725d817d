import type { Source } from '#ports';
import type { Credentials } from '../access/credentials.js';
import type { BreakerOptions } from './circuit-breaker.js';
import type { Answer, Message } from './exchange.js';
import type { PermittedUrls } from './permitted-urls.js';

/** What one request came to: answered, refused (or not understood), unavailable, or put off by the source. */
export type RequestOutcome = 'answered' | 'refused' | 'unavailable' | 'slow-down';

/** Sends a message as it is, past retries and credentials. */
export type PlainExchange = (message: Message, maxBytes: number) => Promise<Answer>;

/** What the requests of every source are kept to, and who is told of them. */
export interface TransportPolicy {
  readonly retries: {
    /** After the first try of a read. */
    readonly most: number;
    /** Doubles with each retry up to the longest, of which a random part is waited; in milliseconds. */
    readonly backoffMs: number;
    /** Also the longest pause that a source can ask for and have waited on the spot. */
    readonly longestMs: number;
  };
  readonly breaker: BreakerOptions;
  readonly credentials: (source: Source, urls: PermittedUrls, exchange: PlainExchange) => Credentials;
  readonly onOutcome: (source: string, outcome: RequestOutcome) => void;
  readonly onBreaker: (source: string, open: boolean) => void;
}

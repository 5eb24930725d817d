/** What a caller should do about a failure: try the same again, try later and less often, or give up. */
export type Advice = 'retry' | 'slow-down' | 'stop';

/**
 * A failure of something outside (a database, a queue, a FHIR server, a ledger), as a port reports it. Its message
 * carries no resource content, identifier or name.
 */
export class PortError extends Error {
  override readonly name = 'PortError';

  /** How long whoever failed asked to be left alone, in milliseconds; undefined where it did not say. */
  readonly retryAfterMs: number | undefined;

  /** @param code stable, public, for example `LEDGER.UNAVAILABLE` or `SOURCE.NOT_FOUND` */
  constructor(
    readonly code: string,
    message: string,
    readonly advice: Advice,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.retryAfterMs = options.retryAfterMs;
  }
}

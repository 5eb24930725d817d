/** What a caller should do about a failure: try the same again, try later and less often, or give up. */
export type Advice = 'retry' | 'slow-down' | 'stop';

/**
 * A failure of something outside (a database, a queue, a FHIR server, a ledger), as a port reports it. Its message
 * carries no resource content, identifier or name.
 */
export class PortError extends Error {
  override readonly name = 'PortError';

  /** @param code stable, public, for example `LEDGER.UNAVAILABLE` or `SOURCE.NOT_FOUND` */
  constructor(
    readonly code: string,
    message: string,
    readonly advice: Advice,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

import { PortError, type Advice } from '#ports';
import { retryAfterMs } from './transport/retry-after.js';

/** The source answered with a status other than 2xx; what to make of it depends on the question. */
export class SourceStatusError extends PortError {
  constructor(
    code: string,
    message: string,
    advice: Advice,
    readonly status: number,
    readonly headers: Headers,
  ) {
    super(code, message, advice, { retryAfterMs: retryAfterMs(headers) });
  }
}

/** Statuses that ask for another try: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 and 15.6 */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);
/** How servers say that they have no such interaction, or do not know one of its parameters. */
const MISSING: ReadonlySet<number> = new Set([400, 404, 405, 501]);

/** SOURCE.UNAVAILABLE for what may pass (429 and 503 with Retry-After: slow down), SOURCE.REFUSED for the rest. */
export function statusError(status: number, headers: Headers): SourceStatusError {
  const message = `The source answered ${status}`;
  if (status === 429 || (status === 503 && headers.has('retry-after')))
    return new SourceStatusError('SOURCE.UNAVAILABLE', message, 'slow-down', status, headers);
  if (TRANSIENT.has(status) || (status > 504 && status < 600))
    return new SourceStatusError('SOURCE.UNAVAILABLE', message, 'retry', status, headers);
  if (status >= 300 && status < 400)
    return new SourceStatusError(
      'SOURCE.REFUSED',
      'The source redirects; declare the base URL that it redirects to',
      'stop',
      status,
      headers,
    );
  return new SourceStatusError('SOURCE.REFUSED', message, 'stop', status, headers);
}

/** Whether an answer says that the source has no such interaction. */
export function isMissing(error: unknown): error is SourceStatusError {
  return error instanceof SourceStatusError && MISSING.has(error.status);
}

export function unsupported(): PortError {
  return new PortError('SOURCE.UNSUPPORTED', 'The source has no such interaction', 'stop');
}

/** The place to go on from is no longer kept there; the same can be asked for from the beginning. */
export function pageGone(): PortError {
  return new PortError('SOURCE.PAGE_GONE', 'The source no longer keeps this page', 'stop');
}

/** @param reason an error code, say; the error itself may quote what was received, so it goes no further */
export function unavailable(reason: string): PortError {
  return new PortError('SOURCE.UNAVAILABLE', `The source did not answer (${reason})`, 'retry');
}

/** The source failed so often, or asked for it, that it is left alone for a while. */
export function resting(retryAfterMs: number): PortError {
  const message = 'The source is left alone for a while: it failed, or asked for it';
  return new PortError('SOURCE.UNAVAILABLE', message, 'slow-down', { retryAfterMs });
}

/** As many requests to the source as it allows are under way, and none of them ends. */
export function busy(): PortError {
  const message = 'The source is asked as much at once as it may be: see settings.parallelRequests';
  return new PortError('SOURCE.UNAVAILABLE', message, 'slow-down');
}

export function refused(message: string): PortError {
  return new PortError('SOURCE.REFUSED', message, 'stop');
}

export function malformed(message: string): PortError {
  return new PortError('SOURCE.MALFORMED', message, 'stop');
}

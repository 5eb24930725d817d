import { PortError, type Advice } from '#ports';

/** The source answered with a status other than 2xx; what to make of it depends on the question. */
export class SourceStatusError extends PortError {
  constructor(
    code: string,
    message: string,
    advice: Advice,
    readonly status: number,
    readonly headers: Headers,
  ) {
    super(code, message, advice);
  }
}

/** Statuses that ask for another try: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 and 15.6 */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);

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

/** @param reason an error code, say; the error itself may quote what was received, so it goes no further */
export function unavailable(reason: string): PortError {
  return new PortError('SOURCE.UNAVAILABLE', `The source did not answer (${reason})`, 'retry');
}

export function refused(message: string): PortError {
  return new PortError('SOURCE.REFUSED', message, 'stop');
}

export function malformed(message: string): PortError {
  return new PortError('SOURCE.MALFORMED', message, 'stop');
}

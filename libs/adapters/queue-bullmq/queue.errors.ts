import { PortError } from '#ports';

/** The queue's server cannot be reached, or did not answer in time: nothing is lost, sweepers find what waits. */
export function queueUnavailable(cause: unknown): PortError {
  const { code } = (cause ?? {}) as { code?: unknown };
  const because = typeof code === 'string' ? ` (${code})` : '';
  return new PortError('QUEUE.UNAVAILABLE', `the queue cannot be reached${because}`, 'retry');
}

/** More workers than the connections that they would each keep for themselves. */
export function tooFewConnections(needed: number): PortError {
  return new PortError('QUEUE.TOO_FEW_CONNECTIONS', `the queue needs ${needed} connections at least`, 'stop');
}

import { PortError } from '#ports';

/** @param reason a status or the code of a socket's error */
export function unavailable(reason: string): PortError {
  return new PortError('WITNESS.UNAVAILABLE', `the witness does not answer (${reason})`, 'retry');
}

export function refused(status: number): PortError {
  return new PortError('WITNESS.REFUSED', `the witness refuses the checkpoint (${status})`, 'stop');
}

export function badAnswer(reason: string): PortError {
  return new PortError('WITNESS.BAD_ANSWER', `the answer of the witness cannot be used: ${reason}`, 'stop');
}

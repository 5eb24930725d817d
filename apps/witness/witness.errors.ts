import { PortError } from '#ports';

/** What stops the start of a witness, or an operator has to put right. */
export function unusable(
  code: 'WITNESS.KEY' | 'WITNESS.STATE' | 'WITNESS.NO_LOG',
  message: string,
): PortError {
  return new PortError(code, message, 'stop');
}

/** A request that gets no cosignature; the status is the one that C2SP tlog-witness asks for. */
export class WitnessRefusal extends Error {
  override readonly name = 'WitnessRefusal';

  /** @param held the size that the witness holds, for 409 */
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 422,
    message: string,
    readonly held?: number,
  ) {
    super(message);
  }
}

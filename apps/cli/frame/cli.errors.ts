/** Codes of what the command line itself refuses. Public, like those of the libraries. */
export type CliErrorCode =
  | 'USAGE.INVALID'
  | 'USAGE.UNCONFIRMED'
  | 'USAGE.UNKNOWN_COMMAND'
  | 'USAGE.UNKNOWN_OPTION'
  | 'INPUT.MISSING'
  | 'INPUT.UNREADABLE'
  | 'INPUT.EMPTY'
  | 'INPUT.TOO_LARGE'
  | 'TRUST.MISSING'
  | 'DATA.MISSING'
  | 'SECRET.INVALID'
  | 'KEY.INVALID'
  | 'LOG.NOT_FOUND'
  | 'LOG.UNREACHABLE'
  | 'API.UNKNOWN'
  | 'API.UNREACHABLE'
  | 'API.UNEXPECTED'
  | 'SERVICE.NOT_STARTED'
  | 'SANDBOX.UNEXPECTED';

/** Where a fault lies in an input; lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly input: string;
  readonly line?: number;
  readonly column?: number;
}

/** What else a {@link CliError} may say. */
interface CliErrorDetails {
  /** What the user can do next, one sentence. */
  readonly advice?: string | undefined;
  readonly place?: Place | undefined;
  /** In how many milliseconds the same can be tried again, where that may help. */
  readonly againInMs?: number | undefined;
}

/** A command that cannot be carried out. Its message holds nothing of what an input holds. */
export class CliError extends Error {
  override readonly name = 'CliError';

  /** @param code one of {@link CliErrorCode}, or the code that a library or the API answered with */
  constructor(
    readonly code: CliErrorCode | (string & {}),
    message: string,
    readonly details: CliErrorDetails = {},
  ) {
    super(message);
  }
}

/**
 * Every way in which the core refuses input. The codes are public API: they appear in API answers, in the command
 * line's output and in the pages under docs/spec.
 */
export type CoreErrorCode =
  | 'ENCODING.HEX'
  | 'ENCODING.BASE64'
  | 'CANONICAL.INVALID_UTF8'
  | 'CANONICAL.SYNTAX'
  | 'CANONICAL.DUPLICATE_MEMBER'
  | 'CANONICAL.LONE_SURROGATE'
  | 'CANONICAL.TOO_DEEP'
  | 'CANONICAL.TOO_LARGE'
  | 'RESOURCE.NOT_A_RESOURCE'
  | 'BUNDLE.MALFORMED'
  | 'NOTICE.MALFORMED'
  | 'STATEMENT.INVALID'
  | 'MERKLE.INVALID_PROOF'
  | 'MERKLE.INVALID_RANGE'
  | 'TILE.INVALID_PATH'
  | 'TILE.INCOMPLETE'
  | 'TILE.INVALID_ENTRIES'
  | 'NOTE.MALFORMED'
  | 'NOTE.INVALID_KEY'
  | 'NOTE.BAD_SIGNATURE'
  | 'NOTE.NO_TRUSTED_SIGNATURE'
  | 'CHECKPOINT.MALFORMED'
  | 'PROOF.MALFORMED'
  | 'POLICY.MALFORMED'
  | 'EVIDENCE.MALFORMED'
  | 'EVIDENCE.CANNOT_DISCLOSE'
  | 'EVIDENCE.OTHER_INDEX'
  | 'EVIDENCE.NO_QUORUM'
  | 'EVIDENCE.WRONG_OPENING'
  | 'EVIDENCE.WRONG_DISCLOSURE'
  | 'EVIDENCE.OTHER_RESOURCE'
  | 'EVIDENCE.ANCHOR_TOO_OLD'
  | 'EVIDENCE.UNKNOWN_LEDGER'
  | 'TRUST.MALFORMED';

/** Input that the core refuses: trying again with the same bytes gives the same answer. */
export class CoreError extends Error {
  override readonly name = 'CoreError';

  /** @param position offset in UTF-16 code units (bytes for CANONICAL.INVALID_UTF8) where the fault lies, if it has one. */
  constructor(
    readonly code: CoreErrorCode,
    message: string,
    readonly position?: number,
  ) {
    super(message);
  }
}

/** Runs a part of a reader, so that whatever the core refuses within it is refused with the reader's own code. */
export function refusedAs<T>(code: CoreErrorCode, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CoreError) throw new CoreError(code, `${what}: ${error.message}`);
    throw error;
  }
}

/** An accepted notification, or a part of one, that could not become a record version. */
export interface DeadLetter {
  readonly id: number;
  readonly source: string;
  /** Stable code of the reason. */
  readonly code: string;
  readonly attempts: number;
  readonly receivedAt: Date;
  readonly diedAt: Date;
}

/** Which dead letters; all of them where nothing is said. */
export interface DeadLetterFilter {
  readonly ids?: readonly number[] | undefined;
  readonly sourceId?: number | undefined;
  readonly code?: string | undefined;
  readonly diedBefore?: Date | undefined;
}

/** What could not be normalised: kept sealed until it is tried again. */
export abstract class DeadLetters {
  /** Newest first, those with an id below `before`. */
  abstract list(filter: DeadLetterFilter, limit: number, before?: number): Promise<readonly DeadLetter[]>;
  /** How many there are of each source and code. */
  abstract count(
    filter: DeadLetterFilter,
  ): Promise<readonly { readonly source: string; readonly code: string; readonly count: number }[]>;
  /** Puts up to `limit` of them back into the inbox, their attempts forgotten; answers their ids. Twice is harmless. */
  abstract retry(filter: DeadLetterFilter, limit: number): Promise<readonly number[]>;
}

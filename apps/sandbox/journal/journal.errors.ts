/** A journal that cannot be replayed. Its message names the line, and nothing of what the line holds. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code = 'SANDBOX.BROKEN_JOURNAL';

  /** @param line counted from 1 */
  constructor(file: string, line: number, reason: string) {
    super(`${file}, line ${line}: ${reason}; the sandbox starts only on a journal that is whole`);
  }
}

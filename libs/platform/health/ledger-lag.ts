import type { LedgerProgress } from '#ports';

/**
 * How long each ledger has been behind the log without getting any further. The ports tell how far a ledger has come,
 * not when it fell behind: after a quiet night the newest anchor is old and all is well. So the moment is remembered
 * when it is first seen; a process that starts anew begins to count anew.
 */
export class LedgerLag {
  private readonly behind = new Map<string, { readonly included: number; readonly since: number }>();

  /**
   * @param size the log's size
   * @param progress of the ledger; undefined when nothing was ever anchored on it
   * @returns milliseconds; 0 when the ledger holds the newest checkpoint
   */
  measure(ledger: string, size: number, progress: LedgerProgress | undefined, now: Date): number {
    const included = Math.max(progress?.included ?? 0, progress?.final ?? 0);
    if (included >= size) {
      this.behind.delete(ledger);
      return 0;
    }
    const seen = this.behind.get(ledger);
    if (seen?.included === included) return now.getTime() - seen.since;
    this.behind.set(ledger, { included, since: now.getTime() });
    return 0;
  }
}

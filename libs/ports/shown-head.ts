import type { LogHead, LogStore } from './log.js';

/** `open`: checkpoints are shown at once, and cosigned as witnesses answer; `closed`: once enough have cosigned. */
export type WitnessingMode = 'off' | 'open' | 'closed';

/** The newest checkpoint that others may see. */
export async function shownHead(log: LogStore, mode: WitnessingMode): Promise<LogHead | undefined> {
  return mode === 'closed' ? log.witnessedHead() : log.head();
}

/** The checkpoint that best proves an entry: the newest witnessed one that covers it, else the newest that is shown. */
export async function provingHead(
  log: LogStore,
  mode: WitnessingMode,
  index: number,
): Promise<LogHead | undefined> {
  if (mode === 'off') return log.head();
  const witnessed = await log.witnessedHead();
  return mode === 'closed' || (witnessed && index < witnessed.size) ? witnessed : log.head();
}

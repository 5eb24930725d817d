import type { LedgerProgress, LogHead } from '#ports';
import type { Assurance } from './verdict.js';

/** How far the log and its ledgers have come at the moment of asking. */
export interface LogProgress {
  readonly head: LogHead | undefined;
  /** The newest checkpoint that enough witnesses have cosigned. */
  readonly witnessed: LogHead | undefined;
  readonly ledgers: readonly LedgerProgress[];
}

/** What backs the entry at `index`; undefined: a record version that waits to be sequenced. */
export function assuranceOf(index: number | undefined, { head, witnessed, ledgers }: LogProgress): Assurance {
  if (index === undefined || !head || index >= head.size) return { log: 'pending', ledgers: {} };
  const states = ledgers.flatMap((ledger) => {
    const state = (['final', 'included', 'submitted'] as const).find((word) => ledger[word] > index);
    return state ? [[ledger.ledger, state] as const] : [];
  });
  const log = witnessed && index < witnessed.size ? 'witnessed' : 'logged';
  return { log, ledgers: Object.fromEntries(states) };
}

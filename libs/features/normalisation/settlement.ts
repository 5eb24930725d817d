import { CoreError } from '#core';
import { PortError, type InboxItem, type Settlement } from '#ports';

/** Waits before an item is tried again: doubling from the first, up to the last. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** Tries of an item that fails for a reason that nobody foresaw: by then half an hour has passed. */
const TRIES_AT_MOST = 12;
/** Record versions that one transaction stores, unless a single item has more. */
const RECORDS_A_TRANSACTION = 2_000;

/** What becomes of an item whose record version could not be described. */
export function settlementOfFailure(item: InboxItem, error: unknown, now: Date): Settlement {
  if (error instanceof CoreError) return dead(item, error.code);
  if (error instanceof PortError)
    return error.advice === 'stop'
      ? dead(item, error.code)
      : deferred(item, error.code, now, error.retryAfterMs);
  // A fault of ours, with this one item: it must not hold up those that came with it.
  const code = 'NORMALISE.FAILED';
  return item.attempts + 1 < TRIES_AT_MOST ? deferred(item, code, now) : dead(item, code);
}

export function dead({ id: itemId }: InboxItem, code: string): Settlement {
  return { itemId, outcome: 'dead', code };
}

/** @param atLeastMs how long a source asked to be left alone */
function deferred({ id: itemId, attempts }: InboxItem, code: string, now: Date, atLeastMs = 0): Settlement {
  const wait = Math.max(Math.min(FIRST_WAIT_MS * 2 ** attempts, LONGEST_WAIT_MS), atLeastMs);
  return { itemId, outcome: 'deferred', code, notBefore: new Date(now.getTime() + wait) };
}

/** Settlements by the transaction that they go into. */
export function inTransactions(settlements: readonly Settlement[]): Settlement[][] {
  const transactions: Settlement[][] = [];
  let records = Infinity;
  for (const settlement of settlements) {
    const more = settlement.outcome === 'stored' ? settlement.records.length : 0;
    if (records + more > RECORDS_A_TRANSACTION) {
      transactions.push([]);
      records = 0;
    }
    transactions.at(-1)!.push(settlement);
    records += more;
  }
  return transactions;
}

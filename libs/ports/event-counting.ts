import type { SubscriptionNotice } from './channel.js';
import type { EventNumbering } from './source-settings.js';
import type { CountedEvents, EventCount, EventRange } from './subscription-store.js';

/** Numbers further below the highest one than retries and parallel deliveries explain: the count began anew. */
const REORDERED_AT_MOST = 100;

type CountRule = (before: EventCount, notice: SubscriptionNotice) => CountedEvents;

/**
 * What the events of a notice (https://hl7.org/fhir/R5/subscriptionstatus.html) do to a count of that numbering.
 * Pure; events are numbered from 1, and other numbers are passed over. Where a notice leaves it open whether something
 * is missing, it is: asking the source for nothing costs little.
 */
export function countEvents(numbering: EventNumbering): CountRule {
  switch (numbering) {
    case 'monotonic':
      return countUp(false);
    case 'resetting':
      return countUp(true);
    case 'per-bundle':
      return countWithin;
    case 'constant':
      return (count) => ({ count, missing: [], arrived: [] });
  }
}

/** @param resets whether a low number may be the first of a new epoch */
function countUp(resets: boolean): CountRule {
  return (before, notice) => {
    if (notice.kind === 'query-event') return answered(before, notice);
    const missing: EventRange[] = [];
    const arrived: EventRange[] = [];
    // Before a handshake nothing was to be delivered; without one the first number is 1.
    const first = notice.kind === 'handshake' ? (notice.eventsSinceStart ?? 0) : 0;
    let { last = first, epoch } = before;
    const begunAnew = (number: number, isEvent: boolean): boolean =>
      resets && number < last && ((isEvent && number === 1) || number < last - REORDERED_AT_MOST);
    const pass = (number: number, isEvent: boolean): void => {
      if (begunAnew(number, isEvent)) {
        epoch += 1;
        last = 0;
      }
      const highest = isEvent ? number - 1 : number;
      if (highest > last) missing.push({ epoch, from: last + 1, to: highest });
      if (isEvent && number <= last) arrived.push({ epoch, from: number, to: number });
      last = Math.max(last, number);
    };
    for (const number of numbered(notice)) pass(number, true);
    if (isNumber(notice.eventsSinceStart)) pass(notice.eventsSinceStart, false);
    return { count: { last, epoch }, missing, arrived };
  };
}

/** The answer to a question of ours about numbers that are past. */
function answered(count: EventCount, notice: SubscriptionNotice): CountedEvents {
  const arrived = numbered(notice).map((number) => ({ epoch: count.epoch, from: number, to: number }));
  return { count, missing: [], arrived };
}

/** Each Bundle is an epoch of its own: what it lacks comes in no other. */
function countWithin(count: EventCount, notice: SubscriptionNotice): CountedEvents {
  const missing: EventRange[] = [];
  let last = 0;
  for (const number of [...new Set(numbered(notice))].sort((a, b) => a - b)) {
    if (number > last + 1) missing.push({ epoch: count.epoch, from: last + 1, to: number - 1 });
    last = number;
  }
  return { count, missing, arrived: [] };
}

function numbered({ events }: SubscriptionNotice): readonly number[] {
  return events.filter(isNumber);
}

function isNumber(number: number | undefined): number is number {
  return number !== undefined && Number.isSafeInteger(number) && number > 0;
}

import fc from 'fast-check';
import { countEvents, type EventCount, type EventNumbering, type SubscriptionNotice } from './index.js';

const START: EventCount = { last: undefined, epoch: 0 };

const notice = (events: readonly number[], more: Partial<SubscriptionNotice> = {}): SubscriptionNotice => ({
  subscription: 's',
  kind: 'event-notification',
  status: 'active',
  events,
  eventsSinceStart: undefined,
  ...more,
});

/** What is missing after all of them, epoch by epoch. */
function missingAfter(numbering: EventNumbering, notices: readonly SubscriptionNotice[]): string[] {
  const missing = new Set<string>();
  let count = START;
  for (const one of notices) {
    const counted = countEvents(numbering)(count, one);
    for (const { epoch, from, to } of counted.missing)
      for (let at = from; at <= to; at++) missing.add(`${epoch}:${at}`);
    for (const { epoch, from, to } of counted.arrived)
      for (let at = from; at <= to; at++) missing.delete(`${epoch}:${at}`);
    count = counted.count;
  }
  return [...missing].sort();
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('monotonic event numbers', () => {
  it('leave exactly those missing that never came, whatever the order and the repeats', () => {
    const storm = fc.integer({ min: 1, max: 60 }).chain((highest) =>
      fc.record({
        highest: fc.constant(highest),
        bundles: fc.array(fc.array(fc.integer({ min: 1, max: highest }), { maxLength: 5 }), {
          maxLength: 40,
        }),
      }),
    );
    fc.assert(
      fc.property(storm, ({ highest, bundles }) => {
        const heartbeat = notice([], { kind: 'heartbeat', eventsSinceStart: highest });
        const notices = [...bundles.map((events) => notice(events)), heartbeat];
        const came = new Set(bundles.flat());
        const never = numbers(1, highest).filter((number) => !came.has(number));
        expect(missingAfter('monotonic', notices)).toEqual(never.map((number) => `0:${number}`).sort());
      }),
    );
  });

  it('count from the handshake', () => {
    const handshake = notice([], { kind: 'handshake', eventsSinceStart: 40 });
    expect(missingAfter('monotonic', [handshake, notice([43])])).toEqual(['0:41', '0:42']);
  });

  it('that are answers to a question end that they are missing, and count nothing', () => {
    const answer = notice([2], { kind: 'query-event', eventsSinceStart: 900 });
    expect(missingAfter('monotonic', [notice([3]), answer])).toEqual(['0:1']);
  });

  it.each([[[0]], [[-1]], [[Number.NaN]], [[1e300]], [[1.5]]])('pass over %p, which is none', (events) => {
    expect(missingAfter('monotonic', [notice(events)])).toEqual([]);
  });
});

describe('resetting event numbers', () => {
  it('begin a new epoch with 1, and with a number far below the highest', () => {
    expect(missingAfter('resetting', [notice(numbers(1, 300)), notice([1]), notice([3])])).toEqual(['1:2']);
    expect(missingAfter('resetting', [notice(numbers(1, 300)), notice([2])])).toEqual(['1:1']);
    const heartbeat = notice([], { kind: 'heartbeat', eventsSinceStart: 2 });
    expect(missingAfter('resetting', [notice(numbers(1, 300)), heartbeat])).toEqual(['1:1', '1:2']);
  });

  it('never hide one that did not come, whatever the order within an epoch', () => {
    const epoch = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(epoch, (events) => {
        const missing = missingAfter(
          'resetting',
          events.map((event) => notice([event])),
        );
        const never = numbers(1, Math.max(...events)).filter((number) => !events.includes(number));
        for (const number of never) expect(missing.some((one) => one.endsWith(`:${number}`))).toBe(true);
      }),
    );
  });
});

describe('event numbers that mean little', () => {
  it('count within each Bundle where they do not go on', () => {
    expect(missingAfter('per-bundle', [notice([1, 2]), notice([1, 2, 3]), notice([1])])).toEqual([]);
    expect(missingAfter('per-bundle', [notice([3, 1]), notice([2])])).toEqual(['0:1', '0:2']);
  });

  it('say nothing where they are always the same', () => {
    expect(missingAfter('constant', [notice([0]), notice([7]), notice([0])])).toEqual([]);
  });
});

import {
  countEvents,
  type EventGap,
  type EventNumbering,
  type Source,
  type SubscriptionNotice,
} from '#ports';
import { declareSource, type Stores } from './store-steps.js';

const FUTURE = new Date(Date.now() + 3_600_000);

export function subscriptionStoreContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });
  const store = () => stores().subscriptions;
  const keep = (status: 'active' | 'error' | 'gone', reason: string, end?: Date) =>
    store().keep(source.id, [{ id: 's1', criteria: 'Patient', status, end, events: undefined }], reason);
  const note = (
    events: readonly number[],
    more: Partial<SubscriptionNotice> = {},
    numbering: EventNumbering = 'monotonic',
  ) => {
    const about = { subscription: 's1', status: undefined, eventsSinceStart: undefined };
    const notice = { ...about, kind: 'event-notification', events, ...more } as const;
    return store().note(source.id, notice, countEvents(numbering));
  };
  const gaps = async () => (await store().openGaps(FUTURE, source.id)).map(rangeOf);
  const reasons = async () =>
    (await store().changes(source.id, 10)).map(({ from, to, reason }) => [from, to, reason]);

  it('records each change of status or end with its reason, and nothing where all is as it was', async () => {
    await keep('active', 'created');
    await keep('active', 'checked');
    await keep('error', 'source-error');
    await keep('active', 'activated', FUTURE);
    await keep('active', 'renewed', new Date(FUTURE.getTime() + 1_000));
    expect(await reasons()).toEqual([
      ['active', 'active', 'renewed'],
      ['error', 'active', 'activated'],
      ['active', 'error', 'source-error'],
      [undefined, 'active', 'created'],
    ]);
    expect(await store().list(source.id)).toMatchObject([
      { id: 's1', criteria: 'Patient', status: 'active', epoch: 0, lastNoticeAt: undefined },
    ]);
  });

  it('records what is created once, whoever keeps it', async () => {
    await Promise.all(Array.from({ length: 8 }, () => keep('active', 'created')));
    expect(await reasons()).toEqual([[undefined, 'active', 'created']]);
  });

  it('forgets what is no longer ours, and keeps what became of it', async () => {
    await keep('active', 'created');
    await store().forget(source.id, ['s1', 'unknown'], 'replaced');
    expect(await store().list()).toEqual([]);
    expect(await reasons()).toContainEqual(['active', 'gone', 'replaced']);
  });

  it('opens a gap, splits it when a part comes late, and closes it with the last of it', async () => {
    await note([1]);
    await note([7]);
    expect(await gaps()).toEqual(['0: 2-6']);
    await note([4, 1]);
    expect(await gaps()).toEqual(['0: 2-3', '0: 5-6']);
    await note([2, 6]);
    await note([3]);
    await note([5, 5]);
    expect(await gaps()).toEqual([]);
    expect(await store().list(source.id)).toMatchObject([{ lastEvent: 7 }]);
  });

  it('loses no count to notices that come at the same time', async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => at + 1).filter((number) => number !== 17);
    await Promise.all(numbers.map((number) => note([number], { eventsSinceStart: 40 })));
    expect(await gaps()).toEqual(['0: 17-17']);
  });

  it('begins anew with the source, keeps its old gaps, and asks the source for what else was lost', async () => {
    for (const events of [
      [1, 2, 5],
      [1, 3],
    ])
      await note(events, {}, 'resetting');
    expect(await gaps()).toEqual(['0: 3-4', '1: 2-2']);
    const [asked, ...more] = await stores().catchUps.due(source.id, FUTURE, 10);
    expect([asked?.sourceId, asked?.resource, more]).toEqual([source.id, undefined, []]);
  });

  it('counts for a Subscription that it does not know, and for one without an id', async () => {
    await note([2], { subscription: undefined });
    await note([1], { subscription: 'other' });
    expect((await store().list(source.id)).map(({ id, lastEvent }) => [id, lastEvent])).toEqual([
      ['', 2],
      ['other', 1],
    ]);
    expect(await gaps()).toEqual(['0: 1-1']);
  });

  it('takes deliveries, and no answer to a question of ours, for signs of life; and bad news at once', async () => {
    await keep('active', 'created');
    const answer = { kind: 'query-status', eventsSinceStart: 2 } as const;
    await note([], answer);
    expect(await store().list(source.id)).toMatchObject([{ lastNoticeAt: undefined, lastEvent: 2 }]);
    await note([], { kind: 'heartbeat', status: 'error' });
    await note([], { kind: 'heartbeat', status: 'requested' });
    const [known] = await store().list(source.id);
    expect(known?.lastNoticeAt).toBeInstanceOf(Date);
    expect((await reasons())[0]).toEqual(['active', 'error', 'notified']);
  });

  it('heals gaps once, and finds those that are old enough', async () => {
    await note([3]);
    const before = new Date(Date.now() - 60_000);
    expect(await store().openGaps(before, source.id)).toEqual([]);
    const [gap] = await store().openGaps(FUTURE, source.id);
    await store().heal([gap!.id], 'history');
    await store().heal([gap!.id], 'search');
    await note([1, 2]);
    expect(await gaps()).toEqual([]);
  });
}

function rangeOf({ epoch, from, to }: EventGap): string {
  return `${epoch}: ${from}-${to}`;
}

import { Injectable } from '@nestjs/common';
import type { RecurringTask, TaskOutcome, TaskRun } from '#platform';
import {
  CatchUps,
  Clock,
  countEvents,
  SourceSubscriptions,
  SubscriptionStore,
  type KnownSubscription,
  type Source,
  type SubscriptionStanding,
  type SubscriptionStatus,
} from '#ports';
import { SubscriptionKeeper } from './subscription-keeper.js';

/** Why a Subscription is found in a status. */
const REASONS: Readonly<Record<SubscriptionStatus, string>> = {
  active: 'checked',
  requested: 'not-activated',
  error: 'source-error',
  off: 'switched-off',
  gone: 'gone',
};

/** Changes among which the last one of each Subscription is looked for. */
const LAST_CHANGES = 1_000;

/** A Subscription as the source says it is, and as we knew it. */
interface Looked {
  readonly known: KnownSubscription;
  readonly standing: SubscriptionStanding;
}

/** Looks after the Subscriptions of sources that call us: mended, activated again, renewed; silence is noticed. */
@Injectable()
export class SuperviseTask implements RecurringTask {
  readonly task = 'supervise';
  readonly concurrency = 4;

  constructor(
    private readonly keeper: SubscriptionKeeper,
    private readonly remote: SourceSubscriptions,
    private readonly store: SubscriptionStore,
    private readonly catchUps: CatchUps,
    private readonly clock: Clock,
  ) {}

  everyMs(source: Source): number | undefined {
    return this.keeper.subscribes(source) ? source.settings.superviseEveryMs : undefined;
  }

  async run(source: Source, { lease, signal }: TaskRun): Promise<TaskOutcome> {
    // Whoever declares a source registers it at once: that comes first.
    if (lease.position === undefined) return { position: 'begun' };
    const looked: Looked[] = [];
    for (const known of await this.keeper.known(source)) {
      if (signal.aborted) return {};
      looked.push({ known, standing: await this.look(source, known) });
    }
    const silent = await this.silent(source, looked);
    if (silent.length > 0) await this.store.keep(source.id, silent, 'silent');
    if (silent.length > 0 || this.isIncomplete(source, looked)) {
      await this.keeper.ensure(source, this.renewBefore(source));
      // What happened while nothing was delivered.
      await this.catchUps.ask([{ sourceId: source.id }]);
    }
    return {};
  }

  /** What the source says of one; events that it has counted and we have not are a gap. */
  private async look(source: Source, known: KnownSubscription): Promise<SubscriptionStanding> {
    const standing = await this.remote.check(source, known.id);
    await this.store.keep(source.id, [standing], REASONS[standing.status]);
    if (standing.events !== undefined)
      await this.store.note(
        source.id,
        {
          kind: 'query-status',
          subscription: known.id,
          status: standing.status,
          events: [],
          eventsSinceStart: standing.events,
        },
        countEvents(source.settings.numbering),
      );
    return standing;
  }

  /** Whether a criterion has no active Subscription, or one that ends soon. */
  private isIncomplete(source: Source, looked: readonly Looked[]): boolean {
    const renewBefore = this.renewBefore(source);
    const sound = looked.filter(
      ({ standing: { status, end } }) => status === 'active' && (end === undefined || end >= renewBefore),
    );
    const served = new Set(sound.map(({ known }) => known.criteria));
    return sound.length < looked.length || source.criteria.some((criterion) => !served.has(criterion));
  }

  /** Those that are said to be active and have heartbeats, of which nothing was heard since the last of both. */
  private async silent(source: Source, looked: readonly Looked[]): Promise<readonly SubscriptionStanding[]> {
    const { channel, heartbeatMs } = source.settings;
    if (channel !== 'topic') return [];
    const changes = await this.store.changes(source.id, LAST_CHANGES);
    const limit = this.clock.now().getTime() - heartbeatMs;
    const isSilent = ({ known: { id, lastNoticeAt } }: Looked): boolean => {
      const changedAt = changes.find(({ subscription }) => subscription === id)?.at;
      return Math.max(lastNoticeAt?.getTime() ?? 0, changedAt?.getTime() ?? 0) < limit;
    };
    return looked
      .filter((one) => one.standing.status === 'active' && isSilent(one))
      .map(({ standing }) => ({ ...standing, status: 'error' }));
  }

  /** So early that two looks may fail. */
  private renewBefore({ settings }: Source): Date {
    return new Date(this.clock.now().getTime() + 3 * settings.superviseEveryMs);
  }
}

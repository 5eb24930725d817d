import type { SubscriptionNotice } from './channel.js';
import type { SubscriptionStanding, SubscriptionStatus } from './source-subscriptions.js';

/** What is known of the event numbers of one Subscription. */
export interface EventCount {
  /** The highest number seen; undefined before the first. */
  readonly last: number | undefined;
  /** How often the count began anew. */
  readonly epoch: number;
}

/** What a notice does to the count: the new count, the numbers now known to be missing, those that came late. */
export interface CountedEvents {
  readonly count: EventCount;
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  readonly arrived: readonly number[];
  readonly repeated: number;
}

/** Numbers of a Subscription that never came. */
export interface EventGap {
  readonly id: number;
  readonly sourceId: number;
  readonly subscription: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly openedAt: Date;
  /** How it was closed; undefined while it is open. */
  readonly healed: 'arrived' | 'events' | 'history' | 'search' | undefined;
  readonly healedAt: Date | undefined;
}

/** A Subscription as we know it. */
export interface KnownSubscription extends SubscriptionStanding {
  readonly sourceId: number;
  readonly checkedAt: Date;
  readonly lastNoticeAt: Date | undefined;
  readonly lastEvent: number | undefined;
}

/** A change of state, with its reason. */
export interface SubscriptionChange {
  readonly sourceId: number;
  readonly subscription: string;
  readonly at: Date;
  readonly from: SubscriptionStatus | undefined;
  readonly to: SubscriptionStatus;
  /** A stable word: `created`, `activated`, `source-error`, `switched-off`, `silent`, `renewed`, `gone`, … */
  readonly reason: string;
}

/** Subscriptions, the history of their states, and the gaps in their events. */
export abstract class SubscriptionStore {
  /** Keeps what a source says, and records each change of state under `reason`. */
  abstract keep(sourceId: number, standings: readonly SubscriptionStanding[], reason: string): Promise<void>;
  abstract list(sourceId?: number): Promise<readonly KnownSubscription[]>;
  abstract changes(sourceId: number, limit: number): Promise<readonly SubscriptionChange[]>;
  /** Counts a notice in, one at a time for each Subscription. @param count the rule of the source's numbering */
  abstract note(
    sourceId: number,
    notice: SubscriptionNotice,
    count: (before: EventCount, notice: SubscriptionNotice) => CountedEvents,
  ): Promise<void>;
  /** Gaps of a source opened before `before` that are still open, oldest first. */
  abstract openGaps(sourceId: number, before: Date): Promise<readonly EventGap[]>;
  abstract heal(gapIds: readonly number[], how: NonNullable<EventGap['healed']>): Promise<void>;
}

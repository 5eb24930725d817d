import type { SubscriptionNotice } from './channel.js';
import type { SubscriptionStanding, SubscriptionStatus } from './source-subscriptions.js';

/** What is known of the event numbers of one Subscription. */
export interface EventCount {
  /** The highest number seen; undefined before the first. */
  readonly last: number | undefined;
  /** How often the count began anew. */
  readonly epoch: number;
}

/** Numbers of one epoch, both ends included. */
export interface EventRange {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/** What a notice does to the count. */
export interface CountedEvents {
  readonly count: EventCount;
  /** Numbers now known to be missing. */
  readonly missing: readonly EventRange[];
  /** Numbers not above the highest: repeated, or late, which ends that they are missing. */
  readonly arrived: readonly EventRange[];
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
  /** How often its count began anew. */
  readonly epoch: number;
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
  /** Keeps what a source says, and records each change of status, or of its end, under `reason`. */
  abstract keep(sourceId: number, standings: readonly SubscriptionStanding[], reason: string): Promise<void>;
  /** Takes Subscriptions away that are no longer ours; that they are gone is recorded under `reason`. */
  abstract forget(sourceId: number, ids: readonly string[], reason: string): Promise<void>;
  abstract list(sourceId?: number): Promise<readonly KnownSubscription[]>;
  /** Newest first. */
  abstract changes(sourceId: number, limit: number): Promise<readonly SubscriptionChange[]>;
  /**
   * Counts a notice in, one at a time for each Subscription, known or not; one without an id is that of id ``.
   * A count that begins anew may have lost its end: everything that changed at the source is asked for again.
   * @param count the rule of the source's numbering
   */
  abstract note(
    sourceId: number,
    notice: SubscriptionNotice,
    count: (before: EventCount, notice: SubscriptionNotice) => CountedEvents,
  ): Promise<void>;
  /** Gaps opened before `before`, of one source or of all, that are still open, oldest first. */
  abstract openGaps(before: Date, sourceId?: number): Promise<readonly EventGap[]>;
  abstract heal(gapIds: readonly number[], how: NonNullable<EventGap['healed']>): Promise<void>;
}

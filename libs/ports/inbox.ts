import type { NewRecordVersion } from './records.js';

/** A notification that passed authentication, to be made durable. */
export interface Notification {
  readonly sourceId: number;
  /** The raw body as received, and what its headers claim, sealed as one. */
  readonly sealedBody: Uint8Array;
}

/** An accepted notification that is not yet a record version. */
export interface InboxItem {
  readonly id: number;
  readonly sourceId: number;
  readonly sealedBody: Uint8Array;
  readonly attempts: number;
  readonly receivedAt: Date;
}

/** What became of one inbox item. */
export type Settlement =
  /** Stored; the item and its body are deleted in the same transaction. */
  | { readonly itemId: number; readonly outcome: 'stored'; readonly record: NewRecordVersion }
  /** Could not be settled now: tried again not before `notBefore`. */
  | { readonly itemId: number; readonly outcome: 'deferred'; readonly code: string; readonly notBefore: Date }
  /** Can never be a record version: kept, sealed, with its reason. */
  | { readonly itemId: number; readonly outcome: 'dead'; readonly code: string };

/** How many record versions of a batch were new, already known, or known with other content. */
export interface SettlementCounts {
  readonly stored: number;
  readonly duplicates: number;
  /** Same (source, type, id, versionId), other content: never overwritten. */
  readonly conflicts: number;
  readonly deferred: number;
  readonly dead: number;
  /** Highest id among the record versions stored; undefined when none was. */
  readonly lastRecordId: number | undefined;
}

/** Accepted notifications, durable before they are acknowledged. */
export abstract class Inbox {
  /** Stores all of them in one transaction, durable when this resolves; answers their ids in the same order. */
  abstract accept(notifications: readonly Notification[]): Promise<readonly number[]>;
  /**
   * The first items among `ids` that still wait and are due, as many as fit into `maxBytes` of sealed bodies (at least
   * one, if any waits); those settled meanwhile are left out.
   */
  abstract waiting(ids: readonly number[], maxBytes: number): Promise<readonly InboxItem[]>;
  /** Settles a batch in one transaction; settling an item twice changes nothing. */
  abstract settle(settlements: readonly Settlement[]): Promise<SettlementCounts>;
  /** Ids of items that wait, are due, and were received before `before`: what a sweeper queues again. */
  abstract overdue(before: Date, limit: number): Promise<readonly number[]>;
  abstract facts(): Promise<{ waiting: number; dead: number; oldestWaiting: Date | undefined }>;
}

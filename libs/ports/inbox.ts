import type { NewRecordVersion } from './records.js';
import type { TaskLease } from './source-tasks.js';

/** A notification that passed authentication, to be made durable. */
export interface Notification {
  readonly sourceId: number;
  /** The raw body as received, and what is known of how it came, sealed as one. */
  readonly sealedBody: Uint8Array;
}

/** An accepted notification that is not yet settled. */
export interface InboxItem {
  readonly id: number;
  readonly sourceId: number;
  readonly sealedBody: Uint8Array;
  readonly attempts: number;
  readonly receivedAt: Date;
}

/** A part of a notification that can never be a record version: kept, sealed, with its reason. */
export interface DeadPart {
  readonly sealedBody: Uint8Array;
  readonly code: string;
}

/** Something to ask a source for again: the history of one resource, or, without a name, everything that changed. */
export interface CatchUpRequest {
  readonly sourceId: number;
  readonly resource?: { readonly type: string; readonly id: string } | undefined;
}

/** What became of one inbox item. */
export type Settlement =
  /** Its record versions, none or many, are stored; the item and its body are deleted in the same transaction. */
  | {
      readonly itemId: number;
      readonly outcome: 'stored';
      readonly records: readonly NewRecordVersion[];
      readonly dead?: readonly DeadPart[];
      readonly catchUps?: readonly CatchUpRequest[];
    }
  /** Could not be settled now: tried again not before `notBefore`. */
  | { readonly itemId: number; readonly outcome: 'deferred'; readonly code: string; readonly notBefore: Date }
  /** Can never be a record version: kept, sealed, with its reason. */
  | { readonly itemId: number; readonly outcome: 'dead'; readonly code: string };

/** How many record versions of a batch were new, already known, or known with other content. */
export interface SettlementCounts {
  readonly stored: number;
  readonly duplicates: number;
  /** Same (source, type, id, versionId), other content: never overwritten, each an incident. */
  readonly conflicts: number;
  readonly deferred: number;
  readonly dead: number;
  /** Highest id among the record versions stored; undefined when none was. */
  readonly lastRecordId: number | undefined;
}

/** Where a task that fills the inbox stands once what it brought is durable. */
export interface TaskProgress {
  readonly lease: TaskLease;
  readonly position: string;
}

/** Accepted notifications, durable before they are acknowledged. */
export abstract class Inbox {
  /**
   * Stores all of them in one transaction, and with them the progress of the task that brought them; durable when this
   * resolves. Answers their ids in the same order. Throws PortError TASK.LOST when another process has the task now.
   */
  abstract accept(
    notifications: readonly Notification[],
    progress?: TaskProgress,
  ): Promise<readonly number[]>;
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

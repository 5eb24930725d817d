/** Queues and what their jobs carry: ids and sizes, never content. */
export interface JobContracts {
  /** A batch of inbox items to make record versions of. */
  readonly normalise: { readonly items: readonly number[] };
  /** Commitments wait, at least up to this record id. */
  readonly sequence: { readonly upTo: number };
  /** Bring one ledger up to date with the log. */
  readonly anchor: { readonly ledger: string; readonly size: number };
  /** Have the newest checkpoint cosigned. */
  readonly witness: { readonly size: number };
  /** A task of a source is due. */
  readonly task: { readonly source: number };
}

export type JobKind = keyof JobContracts;

/** Which queue a job goes to: one each, one for every ledger, so that one that fails holds up no other, one for every task. */
export type QueueName = 'normalise' | 'sequence' | 'witness' | `anchor-${string}` | `task-${string}`;

export interface Job<K extends JobKind> {
  /** Deterministic: queueing the same work twice is harmless. No colons. */
  readonly id: string;
  readonly data: JobContracts[K];
  readonly delayMs?: number;
}

export interface JobWorker {
  /** Stops taking jobs and waits for those under way. */
  close(): Promise<void>;
}

/**
 * Wakes workers up, here and in other processes. It may lose every job: sweepers find what waits in the database.
 * Throws PortError QUEUE.UNAVAILABLE (retry).
 */
export abstract class JobQueue {
  abstract add<K extends JobKind>(queue: QueueName, kind: K, jobs: readonly Job<K>[]): Promise<void>;
  /** A handler that throws has its job tried again, with exponential backoff, a bounded number of times. */
  abstract work<K extends JobKind>(
    queue: QueueName,
    kind: K,
    concurrency: number,
    handle: (data: JobContracts[K]) => Promise<void>,
  ): Promise<JobWorker>;
  /** Jobs that wait, are delayed or under way. Throws when the queue cannot be reached: also a health check. */
  abstract depth(queue: QueueName): Promise<number>;
  abstract close(): Promise<void>;
}

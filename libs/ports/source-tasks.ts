/** Recurring or resumable work on one source. An import's name ends with its own id. */
export type SourceTask =
  | 'supervise'
  | 'poll'
  | 'listen'
  | 'reconcile'
  | 'catch-up'
  | 'heal'
  | 'drift'
  | 'export'
  | `import-${string}`;

/** The right to work on a task, until it is released or runs out. */
export interface TaskLease {
  readonly sourceId: number;
  readonly task: SourceTask;
  /** Changes with every lease: an old one cannot write any more. */
  readonly token: string;
  /** Where the work stands, as it was written last; undefined at the first time. */
  readonly position: string | undefined;
  /** How often in a row it has failed. */
  readonly failures: number;
}

export interface TaskState {
  readonly sourceId: number;
  readonly task: SourceTask;
  readonly position: string | undefined;
  readonly nextAt: Date;
  /** Whether some process holds it now. */
  readonly running: boolean;
  /** When it was last released without an error. */
  readonly succeededAt: Date | undefined;
  /** Stable code of why it failed the last time; undefined after a success. */
  readonly error: string | undefined;
}

/** What became of everything that a task brought: see {@link TaskProgress}. */
export interface TaskYield {
  /** Inbox items that are not settled yet. */
  readonly waiting: number;
  /** Dead letters that are left of it. */
  readonly dead: number;
  /** Record versions that were new. */
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Record versions, up to the last one of its own, that wait for their index in the log. */
  readonly unsequenced: number;
}

/** Tasks and their progress: each is worked on by one process at a time, and survives that process. */
export abstract class SourceTasks {
  /** Takes a task that is due and that nobody holds; undefined otherwise. A task that never ran is due. */
  abstract lease(sourceId: number, task: SourceTask, leaseMs: number): Promise<TaskLease | undefined>;
  /** Writes the position and extends the lease. Throws PortError TASK.LOST (stop) when it ran out and was taken. */
  abstract advance(lease: TaskLease, position: string | undefined, leaseMs: number): Promise<void>;
  /** Gives it back, to be due again at `nextAt`; a lease that was lost changes nothing. */
  abstract release(
    lease: TaskLease,
    outcome: { readonly nextAt: Date; readonly position?: string; readonly error?: string },
  ): Promise<void>;
  /** Makes a task due now, whether or not it ever ran; `position` replaces its own. */
  abstract schedule(sourceId: number, task: SourceTask, position?: string): Promise<void>;
  /** What became of what it brought; all zero for a task that brought nothing. */
  abstract yielded(sourceId: number, task: SourceTask): Promise<TaskYield>;
  /** Takes a task away, and its counts. */
  abstract remove(sourceId: number, task: SourceTask): Promise<void>;
  /** States of one source's tasks, or of one task at every source. */
  abstract states(of: {
    readonly sourceId?: number;
    readonly task?: SourceTask;
  }): Promise<readonly TaskState[]>;
}

import { Logger } from '@nestjs/common';
import {
  PortError,
  type Clock,
  type JobQueue,
  type JobWorker,
  type QueueName,
  type Source,
  type SourceRegistry,
  type SourceTask,
  type SourceTasks,
  type TaskLease,
} from '#ports';
import { Sweeper } from '../batching/sweeper.js';
import { errorCode } from '../logging/error-code.js';

/** A lease outlives a pause of its process, and not much more: another process goes on after a crash. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

/** A task while it is worked on. */
export interface TaskRun {
  readonly lease: TaskLease;
  /** Aborts when the process stops, or when another one has the task. */
  readonly signal: AbortSignal;
  /** Makes a position durable: what survives a crash. Throws PortError TASK.LOST. */
  advance(position: string): Promise<void>;
}

/** What a run came to. */
export interface TaskOutcome {
  /** Where the work stands now; the last one that was advanced to unless told. */
  readonly position?: string;
  /** When it is due again, in milliseconds from now; the task's own pause unless told. */
  readonly againInMs?: number;
}

/** One kind of recurring work on sources. */
export interface RecurringTask {
  readonly task: SourceTask;
  /** Sources worked on at once, in each process. */
  readonly concurrency: number;
  /** Pause between the end of a run and the next one, in milliseconds; undefined: this source has no such task. */
  everyMs(source: Source): number | undefined;
  /** Ids of the sources that have something to do now; all of them unless told. */
  waiting?(): Promise<ReadonlySet<number>>;
  run(source: Source, run: TaskRun): Promise<TaskOutcome>;
}

export interface TaskRunnerParts {
  readonly sources: SourceRegistry;
  readonly tasks: SourceTasks;
  readonly queue: JobQueue;
  readonly clock: Clock;
  /** Pause between two looks for what is due. */
  readonly sweepIntervalMs: number;
}

/**
 * Runs a recurring task for every source that has it: one process at a time for each source, the next one after a
 * pause, after a growing pause when it failed. What fails at one source holds up no other.
 */
export class SourceTaskRunner {
  private readonly logger: Logger;
  private readonly sweeper: Sweeper;
  private readonly stopping = new AbortController();
  private worker: JobWorker | undefined;

  constructor(
    private readonly recurring: RecurringTask,
    private readonly parts: TaskRunnerParts,
  ) {
    this.logger = new Logger(recurring.task);
    this.sweeper = new Sweeper(recurring.task, parts.sweepIntervalMs, () => this.sweep());
  }

  private get queueName(): QueueName {
    return `task-${this.recurring.task}`;
  }

  async start(): Promise<void> {
    const { concurrency } = this.recurring;
    this.worker = await this.parts.queue.work(this.queueName, 'task', concurrency, ({ source }) =>
      this.runAt(source),
    );
    this.sweeper.start();
  }

  /** Tells runs under way to end, and waits for them. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sweeper.stop();
    await this.worker?.close();
  }

  /** Queues every source that is due; one that never ran is. */
  private async sweep(): Promise<void> {
    const { tasks, sources, queue, clock } = this.parts;
    const { task } = this.recurring;
    const states = new Map((await tasks.states({ task })).map((state) => [state.sourceId, state]));
    const waiting = await this.recurring.waiting?.();
    const now = clock.now();
    const due = (await sources.list()).filter((source) => {
      const state = states.get(source.id);
      return (
        waiting?.has(source.id) !== false &&
        this.recurring.everyMs(source) !== undefined &&
        (!state || (!state.running && state.nextAt <= now))
      );
    });
    const jobs = due.map(({ id }) => ({ id: `task-${task}-${id}`, data: { source: id } }));
    if (jobs.length > 0) await queue.add(this.queueName, 'task', jobs);
  }

  private async runAt(sourceId: number): Promise<void> {
    const { tasks, sources } = this.parts;
    const source = (await sources.list()).find(({ id }) => id === sourceId);
    const everyMs = source && this.recurring.everyMs(source);
    if (!source || everyMs === undefined || this.stopping.signal.aborted) return;
    const lease = await tasks.lease(sourceId, this.recurring.task, LEASE_MS);
    if (lease) await this.runLeased(source, everyMs, lease);
  }

  private async runLeased(source: Source, everyMs: number, lease: TaskLease): Promise<void> {
    const { tasks } = this.parts;
    const lost = new AbortController();
    const renewal = setInterval(() => {
      void tasks.advance(lease, undefined, LEASE_MS).catch((error: unknown) => {
        if (errorCode(error) === 'TASK.LOST') lost.abort();
      });
    }, RENEW_MS);
    try {
      const outcome = await this.recurring.run(source, {
        lease,
        signal: AbortSignal.any([this.stopping.signal, lost.signal]),
        advance: (position) => tasks.advance(lease, position, LEASE_MS),
      });
      const { againInMs = everyMs, ...position } = outcome;
      await tasks.release(lease, { nextAt: this.in(againInMs), ...position });
    } catch (error) {
      await this.failed(source, everyMs, lease, error);
    } finally {
      clearInterval(renewal);
    }
  }

  private async failed(source: Source, everyMs: number, lease: TaskLease, error: unknown): Promise<void> {
    const code = errorCode(error);
    if (code === 'TASK.LOST') return;
    if (this.stopping.signal.aborted) {
      await this.parts.tasks.release(lease, { nextAt: this.in(0) });
      return;
    }
    if (error instanceof PortError) this.logger.warn(`source ${source.name}: ${code}`);
    else this.logger.error({ err: error, source: source.name }, 'a task failed');
    await this.parts.tasks.release(lease, {
      nextAt: this.in(Math.max(pauseAfter(lease.failures, everyMs), askedPause(error))),
      error: code,
    });
  }

  private in(ms: number): Date {
    return new Date(this.parts.clock.now().getTime() + ms);
  }
}

/** Doubles with each failure in a row, up to five minutes or the task's own pause; never all at the same moment. */
function pauseAfter(failures: number, everyMs: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, Math.max(everyMs, FIRST_PAUSE_MS));
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 20), longest) * (0.75 + Math.random() / 2);
}

/** How long a source asked to be left alone, in milliseconds. */
function askedPause(error: unknown): number {
  return error instanceof PortError ? (error.retryAfterMs ?? 0) : 0;
}

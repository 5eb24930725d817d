import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { JobQueue, type Job } from '#ports';
import { IntakeMetrics } from './intake.metrics.js';

/** Least time between two calls to the queue. A call costs PostgreSQL 5 ms, as much as storing 80 notifications. */
const PAUSE_MS = 50;
/** Items that one job names: what one worker settles while others take the next job. */
const JOB_ITEMS = 256;

/**
 * Tells workers which items wait. At once when there is little to tell; under load once in {@link PAUSE_MS}, so that
 * telling does not cost more than accepting.
 */
@Injectable()
export class WorkAnnouncer implements BeforeApplicationShutdown {
  private items: number[] = [];
  private announcing: Promise<void> | undefined;

  constructor(
    private readonly queue: JobQueue,
    private readonly metrics: IntakeMetrics,
  ) {}

  /** Nobody has to wait for this: the sweeper queues what no job names. */
  announce(items: readonly number[]): void {
    this.items.push(...items);
    this.announcing ??= this.run();
  }

  /** The queue is closed after this: nothing is left half said. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.announcing;
  }

  private async run(): Promise<void> {
    while (this.items.length > 0) {
      const jobs = jobsFor(this.items);
      this.items = [];
      await this.queue.add('normalise', 'normalise', jobs).catch(() => this.metrics.unqueued.add({}));
      await sleep(PAUSE_MS);
    }
    this.announcing = undefined;
  }
}

function jobsFor(items: readonly number[]): Job<'normalise'>[] {
  const jobs: Job<'normalise'>[] = [];
  for (let from = 0; from < items.length; from += JOB_ITEMS) {
    const some = items.slice(from, from + JOB_ITEMS);
    jobs.push({ id: `normalise-${some[0]!}-${some.at(-1)!}`, data: { items: some } });
  }
  return jobs;
}

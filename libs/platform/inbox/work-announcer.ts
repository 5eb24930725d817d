import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { JobQueue, type Job } from '#ports';
import { Paced } from '../batching/paced.js';
import { Metrics } from '../metrics/metrics.js';

/** Least time between two calls to the queue. A call costs PostgreSQL 5 ms, as much as storing 80 notifications. */
const PAUSE_MS = 100;
/** Items that one job names: what one worker settles while others take the next job. */
const JOB_ITEMS = 256;

/** Tells workers which items wait. Nobody has to wait for that: the sweeper queues what no job names. */
@Injectable()
export class WorkAnnouncer implements BeforeApplicationShutdown {
  private readonly items: Paced<number>;

  constructor(queue: JobQueue, metrics: Metrics) {
    const unqueued = metrics.counter(
      'intake_unqueued_total',
      'Calls to the queue that failed: their items were left to the sweeper.',
      {},
    );
    this.items = new Paced(PAUSE_MS, (items) =>
      queue.add('normalise', 'normalise', jobsFor(items)).catch(() => unqueued.add({})),
    );
  }

  /** @param items ids of inbox items that are durable */
  announce(items: readonly number[]): void {
    this.items.add(items);
  }

  /** The queue is closed after this: nothing is left half said. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.items.finish();
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

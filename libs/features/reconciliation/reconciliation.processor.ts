import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, SourceTaskRunner, type ServerConfig } from '#platform';
import { Clock, JobQueue, SourceRegistry, SourceTasks } from '#ports';
import { CatchUpTask } from './catch-up.task.js';
import { HealTask } from './heal.task.js';
import { PollTask, ReconcileTask } from './reconcile.task.js';

/** Runs the tasks by which nothing is missed. */
@Injectable()
export class ReconciliationProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runners: readonly SourceTaskRunner[];

  constructor(
    reconcile: ReconcileTask,
    poll: PollTask,
    catchUp: CatchUpTask,
    heal: HealTask,
    sources: SourceRegistry,
    tasks: SourceTasks,
    queue: JobQueue,
    clock: Clock,
    @Inject(CONFIG) { worker: { sweepIntervalMs } }: ServerConfig,
  ) {
    const parts = { sources, tasks, queue, clock, sweepIntervalMs };
    this.runners = [reconcile, poll, catchUp, heal].map((task) => new SourceTaskRunner(task, parts));
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const runner of this.runners) await runner.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }
}

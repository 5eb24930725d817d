import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, SourceTaskRunner, type ServerConfig } from '#platform';
import { Clock, JobQueue, SourceRegistry, SourceTasks } from '#ports';
import { DriftWatchService } from './drift-watch.service.js';

/** Sources watched at once, in each process. */
const CONCURRENCY = 8;
/** Pause where nothing was due. */
const IDLE_MS = 10_000;

/** Runs the drift watch of every source that has one. */
@Injectable()
export class DriftWatchProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: SourceTaskRunner;

  constructor(
    watch: DriftWatchService,
    sources: SourceRegistry,
    tasks: SourceTasks,
    queue: JobQueue,
    clock: Clock,
    @Inject(CONFIG) { worker: { sweepIntervalMs } }: ServerConfig,
  ) {
    this.runner = new SourceTaskRunner(
      {
        task: 'drift',
        concurrency: CONCURRENCY,
        everyMs: ({ settings }) => (settings.driftPerMinute > 0 ? IDLE_MS : undefined),
        run: (source, run) => watch.run(source, run),
      },
      { sources, tasks, queue, clock, sweepIntervalMs },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}

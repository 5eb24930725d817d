import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, SourceTaskRunner, type ServerConfig } from '#platform';
import { Clock, JobQueue, SourceRegistry, SourceTasks } from '#ports';
import { ListeningService } from './listening.service.js';

/** Connections in each process: they wait more than they work. */
const CONCURRENCY = 64;
/** The longest pause before a connection that failed is tried again. */
const LONGEST_PAUSE_MS = 30_000;

/** Listens to every source whose channel is a WebSocket. */
@Injectable()
export class ListeningProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: SourceTaskRunner;

  constructor(
    listening: ListeningService,
    sources: SourceRegistry,
    tasks: SourceTasks,
    queue: JobQueue,
    clock: Clock,
    @Inject(CONFIG) { worker: { sweepIntervalMs } }: ServerConfig,
  ) {
    this.runner = new SourceTaskRunner(
      {
        task: 'listen',
        concurrency: CONCURRENCY,
        everyMs: ({ settings }) => (settings.channel === 'websocket' ? LONGEST_PAUSE_MS : undefined),
        run: (source, run) => listening.run(source, run),
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

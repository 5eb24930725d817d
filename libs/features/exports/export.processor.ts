import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, SourceTaskRunner, type ServerConfig } from '#platform';
import { Clock, JobQueue, SourceRegistry, SourceTasks } from '#ports';
import { ExportRun } from './export-run.js';

/** Sources whose exports are fetched at once, in each process: the workers behind the inbox are the limit. */
const CONCURRENCY = 2;
/** An export is carried out when somebody asks for it; there is nothing to look for in between. */
const DAY_MS = 86_400_000;

/** Carries out the exports that were asked for. */
@Injectable()
export class ExportProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: SourceTaskRunner;

  constructor(
    exports: ExportRun,
    sources: SourceRegistry,
    tasks: SourceTasks,
    queue: JobQueue,
    clock: Clock,
    @Inject(CONFIG) { worker: { sweepIntervalMs } }: ServerConfig,
  ) {
    this.runner = new SourceTaskRunner(
      {
        task: 'export',
        concurrency: CONCURRENCY,
        everyMs: () => DAY_MS,
        run: (source, run) => exports.run(source, run),
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

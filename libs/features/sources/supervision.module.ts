import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, SourceTaskRunner, type ServerConfig } from '#platform';
import { Clock, JobQueue, SourceRegistry, SourceTasks } from '#ports';
import { SubscriptionKeeper } from './subscription-keeper.js';
import { SuperviseTask } from './supervise.task.js';

@Injectable()
class SupervisionProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: SourceTaskRunner;

  constructor(
    task: SuperviseTask,
    sources: SourceRegistry,
    tasks: SourceTasks,
    queue: JobQueue,
    clock: Clock,
    @Inject(CONFIG) { worker: { sweepIntervalMs } }: ServerConfig,
  ) {
    this.runner = new SourceTaskRunner(task, { sources, tasks, queue, clock, sweepIntervalMs });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}

/** The Subscriptions at sources, looked after. */
@Module({ providers: [SupervisionProcessor, SuperviseTask, SubscriptionKeeper] })
export class SupervisionModule {}

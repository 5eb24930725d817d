import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type ServerConfig, Sweeper } from '#platform';
import { JobQueue, Witnesses, type JobWorker } from '#ports';
import { CosignatureCollector } from './cosignature-collector.js';

/** Runs witness jobs one at a time, and queues one when a cosignature is missing that no job names. */
@Injectable()
export class WitnessingProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: JobWorker | undefined;
  private readonly sweeper: Sweeper;

  constructor(
    private readonly collector: CosignatureCollector,
    private readonly witnesses: Witnesses,
    private readonly queue: JobQueue,
    @Inject(CONFIG) { worker }: ServerConfig,
  ) {
    this.sweeper = new Sweeper('witness', worker.sweepIntervalMs, () => this.sweep());
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.witnesses.all.length === 0) return;
    this.worker = await this.queue.work('witness', 'witness', 1, () => this.collector.collect());
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.collector.stop();
    await this.sweeper.stop();
    await this.worker?.close();
  }

  private async sweep(): Promise<void> {
    if (await this.collector.isBehind())
      await this.queue.add('witness', 'witness', [{ id: 'newest', data: { size: 0 } }]);
  }
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type ServerConfig, Sweeper } from '#platform';
import { JobQueue, LogStore, type JobWorker } from '#ports';
import { SequencingService } from './sequencing.service.js';

/** Runs sequence jobs one at a time, and queues one when commitments wait that no job names. */
@Injectable()
export class SequencingProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: JobWorker | undefined;
  private readonly sweeper: Sweeper;

  constructor(
    private readonly sequencing: SequencingService,
    private readonly log: LogStore,
    private readonly queue: JobQueue,
    @Inject(CONFIG) { worker }: ServerConfig,
  ) {
    this.sweeper = new Sweeper('sequence', worker.sweepIntervalMs, () => this.sweep());
  }

  async onApplicationBootstrap(): Promise<void> {
    this.worker = await this.queue.work('sequence', 'sequence', 1, () => this.sequencing.sequence());
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.sequencing.stop();
    await this.sweeper.stop();
    await this.worker?.close();
  }

  private async sweep(): Promise<void> {
    const { pending } = await this.log.facts();
    if (pending > 0)
      await this.queue.add('sequence', 'sequence', [{ id: 'sequence-again', data: { upTo: 0 } }]);
  }
}

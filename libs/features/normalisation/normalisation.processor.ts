import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type ServerConfig, Sweeper } from '#platform';
import { Clock, Inbox, JobQueue, type JobWorker } from '#ports';
import { NormalisationService } from './normalisation.service.js';
import { RecordAnnouncer } from './record-announcer.js';

/** Items that one job names when the sweeper queues them again. */
const SWEPT_BATCH = 256;
const SWEPT_AT_MOST = 20 * SWEPT_BATCH;

/** Runs normalise jobs, and queues again whatever waits longer than it should. */
@Injectable()
export class NormalisationProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: JobWorker | undefined;
  private readonly sweeper: Sweeper;
  private readonly settings: ServerConfig['worker'];

  constructor(
    private readonly normalisation: NormalisationService,
    private readonly announcer: RecordAnnouncer,
    private readonly inbox: Inbox,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    @Inject(CONFIG) { worker }: ServerConfig,
  ) {
    this.settings = worker;
    this.sweeper = new Sweeper('normalise', worker.sweepIntervalMs, () => this.sweep());
  }

  async onApplicationBootstrap(): Promise<void> {
    this.worker = await this.queue.work(
      'normalise',
      'normalise',
      this.settings.normaliseConcurrency,
      ({ items }) => this.normalisation.normalise(items),
    );
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.worker?.close();
    await this.announcer.finish();
  }

  private async sweep(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.overdueMs);
    const overdue = await this.inbox.overdue(before, SWEPT_AT_MOST);
    const jobs = [];
    for (let from = 0; from < overdue.length; from += SWEPT_BATCH) {
      const items = overdue.slice(from, from + SWEPT_BATCH);
      jobs.push({ id: `normalise-again-${items[0]!}`, data: { items } });
    }
    if (jobs.length > 0) await this.queue.add('normalise', 'normalise', jobs);
  }
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type ServerConfig, Sweeper } from '#platform';
import { JobQueue, Ledgers, type JobWorker, type Ledger } from '#ports';
import { AnchoringService } from './anchoring.service.js';

/** Runs anchor jobs, one queue and one sweeper for every ledger. */
@Injectable()
export class AnchoringProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private workers: JobWorker[] = [];
  private readonly sweepers: readonly Sweeper[];

  constructor(
    private readonly anchoring: AnchoringService,
    private readonly ledgers: Ledgers,
    private readonly queue: JobQueue,
    @Inject(CONFIG) { worker }: ServerConfig,
  ) {
    this.sweepers = ledgers.all.map(
      (ledger) => new Sweeper(`anchor ${ledger.name}`, worker.sweepIntervalMs, () => this.sweep(ledger)),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const ledger of this.ledgers.all)
      this.workers.push(
        await this.queue.work(`anchor-${ledger.name}`, 'anchor', 1, () => this.anchoring.bring(ledger)),
      );
    for (const sweeper of this.sweepers) sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.sweepers.map((sweeper) => sweeper.stop()));
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private async sweep(ledger: Ledger): Promise<void> {
    if (!(await this.anchoring.isBehind(ledger))) return;
    const data = { ledger: ledger.name, size: 0 };
    await this.queue.add(`anchor-${ledger.name}`, 'anchor', [{ id: `anchor-${ledger.name}-again`, data }]);
  }
}

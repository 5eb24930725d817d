import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, Sweeper, type ServerConfig } from '#platform';
import { Incidents } from '#ports';

/**
 * Logs an error when there are more open incidents of a source and kind than at the last look, or a newer one, whoever
 * raised it: with counts and kinds, and without names of records.
 */
@Injectable()
export class IncidentAlert implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('incidents');
  private readonly sweeper: Sweeper;
  private known: ReadonlyMap<string, number> = new Map();
  private newest = 0;

  constructor(
    private readonly incidents: Incidents,
    @Inject(CONFIG) { worker }: ServerConfig,
  ) {
    this.sweeper = new Sweeper('incidents', worker.sweepIntervalMs, () => this.sweep());
  }

  onApplicationBootstrap(): void {
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
  }

  private async sweep(): Promise<void> {
    const [counts, [last]] = await Promise.all([
      this.incidents.open(),
      this.incidents.list({ open: true }, 1),
    ]);
    const grown = counts.filter(({ source, kind, count }) => count > this.knownOf(source, kind));
    if (grown.length > 0 || (last?.id ?? 0) > this.newest)
      this.logger.error({ open: counts }, 'incidents are open: see attestry incident list');
    this.newest = Math.max(this.newest, last?.id ?? 0);
    this.known = new Map(counts.map(({ source, kind, count }) => [`${source} ${kind}`, count]));
  }

  private knownOf(source: string, kind: string): number {
    return this.known.get(`${source} ${kind}`) ?? 0;
  }
}

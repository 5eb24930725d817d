import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { ServerConfig } from '../config/config.schema.js';
import { Metrics } from '../metrics/metrics.js';
import { Standing } from './standing.js';

/** Shows how far every stage has come at `/metrics`. */
@Injectable()
export class StandingMetrics implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'ledgers'>,
    private readonly metrics: Metrics,
    private readonly standing: Standing,
  ) {}

  onModuleInit(): void {
    this.showInbox();
    this.showLog();
    this.showLedgers();
  }

  private showInbox(): void {
    const waiting = this.metrics.gauge('inbox_waiting', 'Notifications that are not yet record versions', {});
    const dead = this.metrics.gauge('inbox_dead', 'Notifications that can never be record versions', {});
    const oldest = this.metrics.gauge('inbox_oldest_seconds', 'Age of the oldest waiting notification', {});
    this.metrics.beforeReading(async () => {
      const standing = await this.standing.pending();
      waiting.set({}, standing.waiting);
      dead.set({}, standing.dead);
      oldest.set({}, standing.oldestMs / 1000);
    });
  }

  private showLog(): void {
    const size = this.metrics.gauge('log_size', 'Entries of the log', {});
    const pending = this.metrics.gauge('log_pending', 'Commitments that are not yet entries', {});
    const oldest = this.metrics.gauge('log_oldest_pending_seconds', 'Age of the oldest such commitment', {});
    const age = this.metrics.gauge('checkpoint_age_seconds', 'Age of the newest checkpoint', {});
    this.metrics.beforeReading(async () => {
      const standing = await this.standing.log();
      size.set({}, standing.size);
      pending.set({}, standing.pending);
      oldest.set({}, standing.oldestMs / 1000);
      if (standing.checkpointAgeMs !== undefined) age.set({}, standing.checkpointAgeMs / 1000);
    });
  }

  private showLedgers(): void {
    const labels = { ledger: this.config.ledgers.map(({ name }) => name) };
    const size = this.metrics.gauge('anchored_size', 'Greatest checkpoint that the ledger holds', labels);
    const behind = this.metrics.gauge(
      'anchor_behind_seconds',
      'Time behind the log without progress',
      labels,
    );
    const age = this.metrics.gauge('anchor_age_seconds', 'Age of the newest anchor', labels);
    this.metrics.beforeReading(async () => {
      for (const standing of await this.standing.ledgers()) {
        const { ledger, anchorAgeMs } = standing;
        size.set({ ledger }, standing.size);
        behind.set({ ledger }, standing.behindMs / 1000);
        if (anchorAgeMs !== undefined) age.set({ ledger }, anchorAgeMs / 1000);
      }
    });
  }
}

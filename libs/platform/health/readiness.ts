import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { JobQueue, LogStore, PortError } from '#ports';
import { CONFIG } from '../config/config.module.js';
import type { ServerConfig } from '../config/config.schema.js';
import { Standing } from './standing.js';

/** What one check found: numbers and names of ledgers, never content. */
interface Finding {
  readonly healthy: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
}

type Check = () => Promise<HealthIndicatorResult>;

/** Whether this process can do its work, and whether the log and its ledgers keep up. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'health'>,
    private readonly indicators: HealthIndicatorService,
    private readonly log: LogStore,
    private readonly queue: JobQueue,
    private readonly standing: Standing,
  ) {}

  checks(): Check[] {
    return [
      this.check('database', () => this.database()),
      this.check('queue', () => this.jobs()),
      this.check('pending', () => this.pending()),
      this.check('checkpoint', () => this.checkpoint()),
      this.check('anchors', () => this.anchors()),
    ];
  }

  private async database(): Promise<Finding> {
    await this.log.head();
    return { healthy: true, facts: {} };
  }

  private async jobs(): Promise<Finding> {
    return { healthy: true, facts: { waiting: await this.queue.depth('normalise') } };
  }

  private async pending(): Promise<Finding> {
    const limitMs = this.config.health.maxPendingAgeMs;
    const facts = await this.standing.pending();
    return { healthy: facts.oldestMs <= limitMs, facts: { ...facts, limitMs } };
  }

  private async checkpoint(): Promise<Finding> {
    const limitMs = this.config.health.maxCheckpointAgeMs;
    const facts = await this.standing.log();
    return { healthy: facts.oldestMs <= limitMs, facts: { ...facts, limitMs } };
  }

  private async anchors(): Promise<Finding> {
    const limitMs = this.config.health.maxAnchorAgeMs;
    const ledgers = await this.standing.ledgers();
    const late = ledgers.filter((ledger) => ledger.behindMs > limitMs).map(({ ledger }) => ledger);
    return { healthy: late.length === 0, facts: { late, ledgers, limitMs } };
  }

  private check(name: string, find: () => Promise<Finding>): Check {
    return async () => {
      const session = this.indicators.check(name);
      try {
        const { healthy, facts } = await this.inTime(find());
        return healthy ? session.up(facts) : session.down(facts);
      } catch (error) {
        return session.down({ code: error instanceof PortError ? error.code : 'HEALTH.CHECK_FAILED' });
      }
    };
  }

  private async inTime(finding: Promise<Finding>): Promise<Finding> {
    const done = new AbortController();
    const late = pause(this.config.health.timeoutMs, undefined, { signal: done.signal }).then(() => {
      throw new PortError('HEALTH.TIMEOUT', 'The check took too long.', 'retry');
    });
    try {
      return await Promise.race([finding, late]);
    } finally {
      late.catch(() => undefined);
      done.abort();
    }
  }
}

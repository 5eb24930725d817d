import { Inject, Injectable } from '@nestjs/common';
import { AnchorStore, Clock, Inbox, LogStore } from '#ports';
import { CONFIG } from '../config/config.module.js';
import type { ServerConfig } from '../config/config.schema.js';
import { LedgerLag } from './ledger-lag.js';

/** Notifications that are not yet record versions. */
interface PendingStanding {
  readonly waiting: number;
  readonly dead: number;
  readonly oldestMs: number;
}

/** The log, and the commitments that wait to enter it. */
interface LogStanding {
  readonly size: number;
  /** Age of the newest checkpoint; it grows while nothing happens. */
  readonly checkpointAgeMs: number | undefined;
  readonly pending: number;
  readonly oldestMs: number;
}

/** One ledger against the log. */
interface LedgerStanding {
  readonly ledger: string;
  /** Size of the greatest checkpoint that the ledger holds. */
  readonly size: number;
  /** Age of the newest anchor; it grows while nothing happens. */
  readonly anchorAgeMs: number | undefined;
  /** How long the ledger has been behind the log without getting any further. */
  readonly behindMs: number;
}

/** How far every stage has come, read from the database: what health and metrics are made of. */
@Injectable()
export class Standing {
  private readonly lag = new LedgerLag();

  constructor(
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'ledgers'>,
    private readonly clock: Clock,
    private readonly inbox: Inbox,
    private readonly logStore: LogStore,
    private readonly anchors: AnchorStore,
  ) {}

  async pending(): Promise<PendingStanding> {
    const { waiting, dead, oldestWaiting } = await this.inbox.facts();
    return { waiting, dead, oldestMs: this.age(oldestWaiting) ?? 0 };
  }

  async log(): Promise<LogStanding> {
    const [head, facts] = await Promise.all([this.logStore.head(), this.logStore.facts()]);
    return {
      size: head?.size ?? 0,
      checkpointAgeMs: this.age(head?.signedAt),
      pending: facts.pending,
      oldestMs: this.age(facts.oldestPending) ?? 0,
    };
  }

  /** Every ledger that is configured. */
  async ledgers(): Promise<readonly LedgerStanding[]> {
    const [head, progress] = await Promise.all([this.logStore.head(), this.anchors.progress()]);
    const now = this.clock.now();
    return this.config.ledgers.map(({ name: ledger }) => {
      const known = progress.find((entry) => entry.ledger === ledger);
      return {
        ledger,
        size: Math.max(known?.included ?? 0, known?.final ?? 0),
        anchorAgeMs: this.age(known?.newest),
        behindMs: this.lag.measure(ledger, head?.size ?? 0, known, now),
      };
    });
  }

  private age(since: Date | undefined): number | undefined {
    return since && Math.max(0, this.clock.now().getTime() - since.getTime());
  }
}

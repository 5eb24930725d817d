import { Injectable } from '@nestjs/common';
import { SourceDeliveries, type RecurringTask, type TaskOutcome, type TaskRun } from '#platform';
import {
  Channels,
  Clock,
  FhirSource,
  PortError,
  SubscriptionStore,
  type EventGap,
  type Source,
} from '#ports';
import { WindowRequests } from './window-requests.js';

const EVERY_MS = 1_000;
/** What was only overtaken arrives by itself. */
const GRACE_MS = 3_000;
/** A gap of more numbers is asked for by time instead. */
const EVENTS_AT_MOST = 10_000;

/** Closes gaps in event numbers: by `$events` where the source has that, else by the next window of reconciliation. */
@Injectable()
export class HealTask implements RecurringTask {
  readonly task = 'heal';
  readonly concurrency = 4;

  constructor(
    private readonly subscriptions: SubscriptionStore,
    private readonly fhir: FhirSource,
    private readonly channels: Channels,
    private readonly deliveries: SourceDeliveries,
    private readonly windows: WindowRequests,
    private readonly clock: Clock,
  ) {}

  everyMs(): number {
    return EVERY_MS;
  }

  async waiting(): Promise<ReadonlySet<number>> {
    const gaps = await this.subscriptions.openGaps(this.graceAgo());
    return new Set(gaps.map(({ sourceId }) => sourceId));
  }

  /** The position is the last gap whose events were asked for: once is enough. */
  async run(source: Source, { lease, signal }: TaskRun): Promise<TaskOutcome> {
    const gaps = await this.subscriptions.openGaps(this.graceAgo(), source.id);
    const asked = Number(lease.position ?? 0);
    const covered = await this.windows.covered(source);
    let isOpen = false;
    for (const gap of gaps) {
      if (signal.aborted) break;
      const how = covered(gap.openedAt) ?? (gap.id > asked ? await this.byEvents(source, gap) : undefined);
      if (how) await this.subscriptions.heal([gap.id], how);
      else isOpen = true;
    }
    if (isOpen) await this.windows.request(source);
    return { position: String(gaps.reduce((last, { id }) => Math.max(last, id), asked)) };
  }

  private async byEvents(source: Source, gap: EventGap): Promise<'events' | undefined> {
    if (gap.to - gap.from >= EVENTS_AT_MOST || !(await this.isNumberedNow(gap))) return undefined;
    try {
      return (await this.fetchEvents(source, gap)) ? 'events' : undefined;
    } catch (error) {
      if (!(error instanceof PortError) || error.advice !== 'stop') throw error;
      return undefined;
    }
  }

  /** Only numbers of the Subscription's current count mean the same to the source. */
  private async isNumberedNow({ sourceId, subscription, epoch }: EventGap): Promise<boolean> {
    const known = await this.subscriptions.list(sourceId);
    return subscription !== '' && known.some((one) => one.id === subscription && one.epoch === epoch);
  }

  /** Whether the source answered with every event of the gap, and named what each is about. */
  private async fetchEvents(source: Source, { subscription, from, to }: EventGap): Promise<boolean> {
    const channel = this.channels.of('events');
    const came = new Set<number>();
    for await (const { body } of this.fhir.events(source, subscription, from, to)) {
      const delivery = { hint: { via: 'events' }, body } as const;
      const { notice, changes, unspecified } = channel.read(delivery, source);
      if (unspecified || changes.length === 0) continue;
      await this.deliveries.accept(source, [delivery]);
      for (const number of notice?.events ?? []) came.add(number);
    }
    for (let number = from; number <= to; number++) if (!came.has(number)) return false;
    return true;
  }

  private graceAgo(): Date {
    return new Date(this.clock.now().getTime() - GRACE_MS);
  }
}

import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { CoreError } from '#core';
import { WorkAnnouncer, type TaskOutcome, type TaskRun } from '#platform';
import {
  CatchUps,
  Channels,
  encodeNotification,
  Inbox,
  notificationContext,
  OpenedChannel,
  PortError,
  Sealer,
  SourceRegistry,
  type PulledDelivery,
  type Source,
  type SubscriptionNotice,
} from '#ports';

/** How long a connection may outlive the declaration that it was made for. */
const LOOK_MS = 15_000;
/** How long a new source is given until its Subscriptions are registered. */
const SETTLING_MS = 1_000;

/** Listens over connections that we open: what comes is durable in the inbox before the next message is taken. */
@Injectable()
export class ListeningService {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly channels: Channels,
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly catchUps: CatchUps,
    private readonly announcer: WorkAnnouncer,
  ) {}

  /** For as long as the connection lasts, and the source is declared as it was. Throws as {@link OpenedChannel} does. */
  async run(source: Source, run: TaskRun): Promise<TaskOutcome> {
    const channel = this.channels.of('websocket');
    if (!(channel instanceof OpenedChannel))
      throw new PortError('CHANNEL.UNKNOWN', 'there is no such channel to open', 'stop');
    // Whoever declares a source registers it at once: that comes first, or each Subscription might be made twice.
    if (run.lease.position === undefined) return { position: 'begun', againInMs: SETTLING_MS };
    const outdated = new AbortController();
    const look = setInterval(
      () => void this.isOutdated(source).then((is) => is && outdated.abort()),
      LOOK_MS,
    );
    try {
      const signal = AbortSignal.any([run.signal, outdated.signal]);
      for await (const pulled of channel.open(source, run.lease.position, signal))
        await this.take(source, channel, run, pulled);
      return { againInMs: 0 };
    } finally {
      clearInterval(look);
    }
  }

  private async take(
    source: Source,
    channel: OpenedChannel,
    run: TaskRun,
    pulled: PulledDelivery,
  ): Promise<void> {
    const kind = kindOf(channel, source, pulled);
    if (kind === 'heartbeat') return;
    // From a handshake on we hear of everything; of what was before it nothing will ever be sent again.
    if (kind === 'handshake') await this.catchUps.ask([{ sourceId: source.id }]);
    const content = encodeNotification(pulled.delivery);
    const sealedBody = this.sealer.seal(content, notificationContext(source.id));
    const progress = { lease: run.lease, position: pulled.position };
    // A crash here loses the message, and with it the connection: the next handshake has everything asked for.
    this.announcer.announce(await this.inbox.accept([{ sourceId: source.id, sealedBody }], progress));
  }

  private async isOutdated(source: Source): Promise<boolean> {
    try {
      return !isDeepStrictEqual(await this.sources.find(source.name), source);
    } catch {
      // The database cannot be reached just now: looked at again.
      return false;
    }
  }
}

/** What cannot be read is kept all the same: it becomes a dead letter with its reason. */
function kindOf(
  channel: OpenedChannel,
  source: Source,
  { delivery }: PulledDelivery,
): SubscriptionNotice['kind'] | undefined {
  try {
    return channel.read(delivery, source).notice?.kind;
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}

import { Injectable } from '@nestjs/common';
import {
  encodeNotification,
  Inbox,
  notificationContext,
  Sealer,
  type NotificationContent,
  type Source,
  type TaskProgress,
} from '#ports';
import { WorkAnnouncer } from './work-announcer.js';

/** Takes in what we fetched from a source ourselves. */
@Injectable()
export class SourceDeliveries {
  constructor(
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly announcer: WorkAnnouncer,
  ) {}

  /** Durable, and with it the progress of the task that brought it, when this resolves. Throws PortError TASK.LOST. */
  async accept(
    source: Source,
    deliveries: readonly NotificationContent[],
    progress?: TaskProgress,
  ): Promise<void> {
    const notifications = deliveries.map((delivery) => ({
      sourceId: source.id,
      sealedBody: this.sealer.seal(encodeNotification(delivery), notificationContext(source.id)),
    }));
    const ids = await this.inbox.accept(notifications, progress);
    // A crash here loses nothing: the sweeper finds what no job names.
    if (ids.length > 0) this.announcer.announce(ids);
  }
}

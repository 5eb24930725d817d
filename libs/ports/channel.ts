import type { Announcement } from '#core';
import type { NotificationContent, Via } from './notification.js';
import type { Source } from './source.js';

export type { Announcement, Change, SubscriptionNotice } from '#core';

/** A delivery of a channel that we open, and where to go on from once it is durable. */
export interface PulledDelivery {
  readonly delivery: NotificationContent;
  readonly position: string;
}

/** One way in which changes of a source reach us. */
export abstract class Channel {
  abstract readonly via: Via;
  /**
   * Reads one delivery, wherever and whenever it is taken out of the inbox: nothing is asked of anybody.
   * Throws CoreError, or PortError CHANNEL.MALFORMED (stop), for what is not of this channel.
   */
  abstract read(delivery: NotificationContent, source: Source): Announcement;
}

/** A channel that we open, instead of waiting for the source to call. */
export abstract class OpenedChannel extends Channel {
  /**
   * Deliveries from `position` on (undefined: from the beginning), each with the position after it. Ends when the
   * source has no more, or when `signal` aborts. Throws as {@link FhirSource} does.
   */
  abstract open(
    source: Source,
    position: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<PulledDelivery>;
}

/** Every channel there is. */
export abstract class Channels {
  abstract of(via: Via): Channel;
}

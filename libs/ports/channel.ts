import type { FhirResource, Interaction } from '#core';
import type { NotificationContent, Via } from './notification.js';
import type { Source } from './source.js';

/** One change that a delivery tells of. */
export type Change =
  /** With the content of the version, which says its id and version itself. */
  | {
      readonly kind: 'content';
      readonly resource: FhirResource;
      readonly interaction: Exclude<Interaction, 'delete'> | undefined;
    }
  /** By name alone: to be read at the source. */
  | {
      readonly kind: 'named';
      readonly type: string;
      readonly id: string;
      readonly version: string | undefined;
      readonly interaction: Interaction | undefined;
    }
  /** A deletion that the source's own history tells of. */
  | {
      readonly kind: 'deletion';
      readonly type: string;
      readonly id: string;
      readonly version: string;
      readonly lastUpdated: string | undefined;
    }
  /** A part that cannot be understood: kept as a dead letter. */
  | { readonly kind: 'unreadable'; readonly code: string; readonly body: Uint8Array };

/** What a topic-based notification says of its Subscription. */
export interface SubscriptionNotice {
  /** Id of the Subscription at the source, where it says so. */
  readonly subscription: string | undefined;
  readonly kind: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  readonly status: string | undefined;
  /** Numbers of the events in this delivery, in its order. */
  readonly events: readonly number[];
  readonly eventsSinceStart: number | undefined;
}

/** What one delivery says. */
export interface Announcement {
  readonly changes: readonly Change[];
  /** Something changed, and the sender does not say what: the source has to be asked. */
  readonly unspecified: boolean;
  readonly notice: SubscriptionNotice | undefined;
}

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

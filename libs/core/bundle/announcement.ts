import type { FhirResource } from '../resource/fhir-resource.js';
import type { Interaction } from '../statement/statement.js';

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

/** How a Bundle is opened. */
export interface OpeningRule {
  /** FHIR base URL of the source, without a trailing slash. */
  readonly base: string;
  /**
   * What the resources are that a Bundle holds which is itself stored, a document say: `named`, since they are copies
   * and the source holds the originals, or `content`, where there is nobody to ask.
   */
  readonly copies: 'named' | 'content';
}

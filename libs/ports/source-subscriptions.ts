import type { Source } from './source.js';

/** https://hl7.org/fhir/R4/valueset-subscription-status.html; `gone`: the source has no such Subscription any more. */
export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off' | 'gone';

/** One Subscription as the source holds it. */
export interface SubscriptionStanding {
  /** Its id at the source. */
  readonly id: string;
  readonly criteria: string;
  readonly status: SubscriptionStatus;
  /** When the source will end it. */
  readonly end: Date | undefined;
  /** Events since its start, where the source tells. */
  readonly events: number | undefined;
}

/** What binds a WebSocket to a Subscription, for a while. */
export interface SocketBinding {
  /** Where the WebSocket is, at a host that may be contacted. */
  readonly url: string;
  readonly token: string;
  /** When the binding runs out, where the source says so. */
  readonly until: Date | undefined;
}

/** The Subscriptions at a source that deliver to us. Throws as {@link FhirSource} does. */
export abstract class SourceSubscriptions {
  /**
   * Makes sure that there is one active Subscription a criterion that delivers to `endpoint`, in the way of the
   * source's channel: created, mended, activated again, renewed when it ends before `renewBefore`.
   */
  abstract ensure(
    source: Source,
    endpoint: string,
    renewBefore?: Date,
  ): Promise<readonly SubscriptionStanding[]>;
  /** Asks after one: by `$status` where the source has it, else by reading it. */
  abstract check(source: Source, id: string): Promise<SubscriptionStanding>;
  /** For channel websocket: operation `$get-ws-binding-token` of one. */
  abstract bind(source: Source, id: string): Promise<SocketBinding>;
}

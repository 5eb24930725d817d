import type { WithId } from '@medplum/core';
import type { Subscription } from '@medplum/fhirtypes';
import type { Faults } from '../faults/faults.js';
import type { ResourceVersion, VersionStore } from '../fhir/version-store.js';
import type { DeliveryFacts, DeliverySettings } from './delivery-queue.js';

export type StoredSubscription = WithId<Subscription>;

/** How the changes that match one Subscription reach its subscriber. */
export interface SubscriptionLine {
  readonly facts: DeliveryFacts;
  /** The Subscription is requested. Answers whether it may become active at once; else it is accepted later. */
  request(): boolean;
  /** The Subscription is active now, or still. */
  activate(): void;
  announce(version: ResourceVersion): void;
  /** Drops what waits; may be activated again. */
  stop(): void;
}

export interface LineParts {
  readonly versions: VersionStore;
  readonly faults: Faults;
  readonly delivery: DeliverySettings;
  /** The Subscription as it is now: a corrected secret or endpoint helps what already waits. */
  readonly subscription: () => StoredSubscription;
  /** The Subscription may become active. */
  readonly accept: (requested: StoredSubscription) => void;
  /** A delivery has failed for good. */
  readonly fail: (reason: string) => void;
}

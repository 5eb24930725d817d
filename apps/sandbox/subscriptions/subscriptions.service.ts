import { resourceMatchesSubscriptionCriteria, type WithId } from '@medplum/core';
import type { Resource, Subscription } from '@medplum/fhirtypes';
import type { Faults } from '../faults/faults.js';
import type { FhirStore } from '../fhir/fhir.store.js';
import type { ResourceVersion } from '../fhir/version-store.js';
import { DeliveryQueue, type DeliveryFacts, type DeliverySettings } from './delivery-queue.js';
import { deliverFaultily } from './faulty-delivery.js';
import { sendMessage } from './message.js';
import { restHookMessage, type RestHookStyle } from './rest-hook.js';

type StoredSubscription = WithId<Subscription>;

/** What `GET /sandbox/deliveries` answers: everything so far, and each Subscription by itself. */
export interface DeliveryReport extends DeliveryFacts {
  readonly subscriptions: Readonly<Record<string, DeliveryFacts>>;
}

export interface SubscriptionSettings {
  readonly style: RestHookStyle;
  readonly delivery: DeliverySettings;
}

/** Subscriptions with channel rest-hook, https://hl7.org/fhir/R4/subscription.html */
export class SubscriptionsService {
  private readonly active = new Map<string, StoredSubscription>();
  private readonly queues = new Map<string, DeliveryQueue>();

  constructor(
    private readonly store: FhirStore,
    private readonly settings: SubscriptionSettings,
    private readonly faults: Faults,
  ) {
    store.onChange((versions) => this.publish(versions));
  }

  report(): DeliveryReport {
    const total: DeliveryFacts = { queued: 0, delivered: 0, failed: 0, dropped: 0, attempts: 0 };
    const subscriptions: Record<string, DeliveryFacts> = {};
    for (const [id, { facts }] of this.queues) {
      subscriptions[id] = { ...facts };
      for (const name of Object.keys(total) as (keyof DeliveryFacts)[]) total[name] += facts[name];
    }
    return { ...total, subscriptions };
  }

  /** Takes over the Subscriptions that the store holds already. */
  async resume(): Promise<void> {
    await this.store.exclusive(async () => {
      for (const version of this.store.versions.newestOfAll())
        if (version.type === 'Subscription') await this.follow(version);
    });
  }

  /** Ends all deliveries. */
  close(): void {
    this.active.clear();
    for (const queue of this.queues.values()) queue.stop();
  }

  private async publish(versions: readonly ResourceVersion[]): Promise<void> {
    for (const version of versions) {
      if (version.type === 'Subscription') await this.follow(version);
      for (const subscription of this.active.values())
        if (await this.matches(subscription, version)) this.enqueue(subscription, version);
    }
  }

  /** Takes over what a Subscription says now. A requested one is activated, which makes a new version of it. */
  private async follow({ id, resource }: ResourceVersion): Promise<void> {
    const subscription = resource as StoredSubscription | undefined;
    if (subscription?.status === 'requested') {
      const activated: StoredSubscription = { ...subscription, status: 'active' };
      delete activated.error;
      await this.store.repository.updateResource(activated);
    } else if (subscription?.status === 'active') {
      this.active.set(id, subscription);
    } else {
      this.active.delete(id);
      this.queues.get(id)?.stop();
    }
  }

  /** A deletion matches when the version before it did. */
  private async matches(subscription: StoredSubscription, version: ResourceVersion): Promise<boolean> {
    const resource = version.resource ?? this.previous(version);
    if (!resource || hasEnded(subscription)) return false;
    return resourceMatchesSubscriptionCriteria({
      resource,
      subscription,
      context: { interaction: version.interaction },
      getPreviousResource: () => Promise.resolve(this.previous(version)),
    }).catch(() => false);
  }

  private previous(version: ResourceVersion): Resource | undefined {
    return this.store.versions.before(version)?.resource;
  }

  private enqueue(subscription: StoredSubscription, version: ResourceVersion): void {
    const { id } = subscription;
    const { style, delivery } = this.settings;
    // The channel as it is when the try is made: a corrected secret or endpoint helps what already waits.
    const message = () => restHookMessage(style, this.active.get(id) ?? subscription, version);
    if (!message()) return;
    if (version.interaction === 'delete' && this.faults.strikes('hideDeletes')) return;
    const send = async (stopped: AbortSignal) => {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(delivery.timeoutMs)]);
      const now = message();
      if (now) await sendMessage(now, signal);
    };
    const isCurrent = () => this.store.versions.newest(version.type, version.id) === version;
    const key = `${version.type}/${version.id}`;
    deliverFaultily(this.queueOf(id), { key, isCurrent, send }, this.faults);
  }

  private queueOf(id: string): DeliveryQueue {
    let queue = this.queues.get(id);
    if (!queue) {
      queue = new DeliveryQueue(this.settings.delivery, (reason) => void this.fail(id, reason));
      this.queues.set(id, queue);
    }
    return queue;
  }

  private async fail(id: string, reason: string): Promise<void> {
    const failed = this.active.get(id);
    await this.store.exclusive(async (repository) => {
      const subscription = this.active.get(id);
      // A newer one was put meanwhile: it starts afresh.
      if (subscription && subscription === failed)
        await repository.updateResource({ ...subscription, status: 'error', error: reason });
    });
  }
}

function hasEnded({ end }: Subscription): boolean {
  return end !== undefined && Date.parse(end) <= Date.now();
}

import type { Parameters, Resource, Subscription } from '@medplum/fhirtypes';
import type { Faults } from '../faults/faults.js';
import type { FhirStore } from '../fhir/fhir.store.js';
import type { ServerAddress } from '../fhir/server-address.js';
import type { ResourceVersion } from '../fhir/version-store.js';
import type { DeliveryFacts, DeliverySettings } from './delivery-queue.js';
import { RestHookLine } from './rest-hook.line.js';
import type { RestHookStyle } from './rest-hook.js';
import { hearsOf } from './subscription-criteria.js';
import { SubscriptionEnds } from './subscription-ends.js';
import type { LineParts, StoredSubscription, SubscriptionLine } from './subscription-line.js';
import type { NotificationShape } from './topic/notification-bundle.js';
import { asR4 } from './topic/r5-subscription.js';
import { TopicLine } from './topic/topic.line.js';
import { topicTermsOf } from './topic/topic-terms.js';
import type { Bindings } from './websocket/bindings.js';
import { WebSocketLine } from './websocket/websocket.line.js';

/** What `GET /sandbox/deliveries` answers: everything so far, and each Subscription by itself. */
export interface DeliveryReport extends DeliveryFacts {
  readonly subscriptions: Readonly<Record<string, DeliveryFacts>>;
}

export interface SubscriptionSettings {
  readonly style: RestHookStyle;
  readonly notificationShape: NotificationShape;
  readonly delivery: DeliverySettings;
}

type LineKind = typeof RestHookLine | typeof TopicLine | typeof WebSocketLine;

/** Subscriptions (https://hl7.org/fhir/R4/subscription.html) by criteria or by topic, over rest-hook or WebSocket. */
export class SubscriptionsService {
  private readonly active = new Map<string, StoredSubscription>();
  private readonly lines = new Map<string, SubscriptionLine>();
  private readonly ends = new SubscriptionEnds((id) => void this.change(id, { status: 'off' }));

  constructor(
    private readonly store: FhirStore,
    private readonly address: ServerAddress,
    private readonly bindings: Bindings,
    private readonly settings: SubscriptionSettings,
    private readonly faults: Faults,
  ) {
    store.onChange((versions) => this.publish(versions));
  }

  report(): DeliveryReport {
    const total: DeliveryFacts = { queued: 0, delivered: 0, failed: 0, dropped: 0, attempts: 0 };
    const subscriptions: Record<string, DeliveryFacts> = {};
    for (const [id, { facts }] of this.lines) {
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
    this.ends.clear();
    for (const line of this.lines.values()) line.stop();
  }

  /** Tells whoever is to hear of them. */
  async publish(versions: readonly ResourceVersion[]): Promise<void> {
    for (const version of versions) {
      if (version.type === 'Subscription') await this.follow(version);
      for (const [id, subscription] of this.active)
        if (await hearsOf(subscription, version, this.store.versions)) this.lines.get(id)?.announce(version);
    }
  }

  /** The line of a topic-based Subscription that exists. */
  topicLine(id: string): TopicLine | undefined {
    const line = this.lines.get(id);
    return line instanceof TopicLine && this.stored(id) ? line : undefined;
  }

  /** The binding token of an active Subscription with channel websocket. */
  bindingToken(id: string): Parameters | undefined {
    const isBound = this.active.has(id) && this.lines.get(id) instanceof WebSocketLine;
    return isBound ? this.bindings.token(id) : undefined;
  }

  /** Takes over what a Subscription says now. A requested one is activated, which makes a new version of it. */
  private async follow({ id }: ResourceVersion): Promise<void> {
    const subscription = this.stored(id);
    this.ends.watch(id, subscription?.end);
    if (subscription?.status === 'requested') {
      if (this.line(id, subscription).request()) await this.write(id, { status: 'active' });
    } else if (subscription?.status === 'active') {
      this.active.set(id, subscription);
      this.line(id, subscription).activate();
    } else {
      this.active.delete(id);
      this.lines.get(id)?.stop();
    }
  }

  /** The Subscription as it is held, in the form of R4. */
  private stored(id: string): StoredSubscription | undefined {
    const resource = this.store.versions.newest('Subscription', id)?.resource;
    return resource && (asR4<Resource>(resource) as StoredSubscription);
  }

  private line(id: string, subscription: StoredSubscription): SubscriptionLine {
    const kind = kindOf(subscription);
    const current = this.lines.get(id);
    if (current instanceof kind) return current;
    current?.stop();
    const parts: LineParts = {
      versions: this.store.versions,
      faults: this.faults,
      delivery: this.settings.delivery,
      subscription: () => this.stored(id) ?? subscription,
      accept: (requested) => void this.change(id, { status: 'active' }, requested),
      fail: (reason) => void this.change(id, { status: 'error', error: reason }, this.stored(id)),
    };
    const line = this.newLine(kind, parts);
    this.lines.set(id, line);
    return line;
  }

  private newLine(kind: LineKind, parts: LineParts): SubscriptionLine {
    if (kind === WebSocketLine) return new WebSocketLine(this.bindings, this.address, parts);
    if (kind === TopicLine) return new TopicLine(this.settings.notificationShape, this.address, parts);
    return new RestHookLine(this.settings.style, parts);
  }

  /** @param from the version that is meant: when a newer one was put meanwhile, that one starts afresh */
  private async change(
    id: string,
    change: Pick<Subscription, 'status' | 'error'>,
    from?: StoredSubscription,
  ): Promise<void> {
    await this.store.exclusive(async () => {
      const current = this.stored(id);
      if (current && (!from || from.meta?.versionId === current.meta?.versionId))
        await this.write(id, change);
    });
  }

  private async write(id: string, change: Pick<Subscription, 'status' | 'error'>): Promise<void> {
    const held = this.store.versions.newest('Subscription', id)?.resource as StoredSubscription | undefined;
    if (!held) return;
    const changed: StoredSubscription = { ...held, ...change };
    if (change.error === undefined) delete changed.error;
    await this.store.repository.updateResource(changed);
  }
}

function kindOf(subscription: StoredSubscription): LineKind {
  if (subscription.channel.type === 'websocket') return WebSocketLine;
  return topicTermsOf(subscription) ? TopicLine : RestHookLine;
}

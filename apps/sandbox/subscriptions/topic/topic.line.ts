import type { Bundle } from '@medplum/fhirtypes';
import { stringifyLossless } from '../../fhir/lossless-json.js';
import type { ServerAddress } from '../../fhir/server-address.js';
import type { ResourceVersion } from '../../fhir/version-store.js';
import { DeliveryQueue } from '../delivery-queue.js';
import { deliverFaultily } from '../faulty-delivery.js';
import { sendMessage } from '../message.js';
import { channelHeaders } from '../rest-hook.js';
import { signatureHeaders } from '../signature.js';
import type { LineParts, SubscriptionLine } from '../subscription-line.js';
import {
  notificationBundle,
  statusBundle,
  type NotificationFacts,
  type NotificationShape,
} from './notification-bundle.js';
import { TopicEvents } from './topic-events.js';
import { topicTermsOf, type NotificationContent } from './topic-terms.js';

/** All notifications of one Subscription follow each other: that is what their numbers are for. */
const ORDER = 'events';

type Said = Pick<NotificationFacts, 'type' | 'events'> &
  Partial<Pick<NotificationFacts, 'content' | 'status'>>;

/** Topic-based notifications over rest-hook: handshake, numbered events, heartbeats. */
export class TopicLine implements SubscriptionLine {
  private readonly queue: DeliveryQueue;
  private readonly events: TopicEvents;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly shape: NotificationShape,
    private readonly address: ServerAddress,
    private readonly parts: LineParts,
  ) {
    this.queue = new DeliveryQueue(parts.delivery, parts.fail);
    this.events = new TopicEvents(parts.faults);
  }

  get facts() {
    return this.queue.facts;
  }

  /** https://hl7.org/fhir/uv/subscriptions-backport/notifications.html#handshake */
  request(): boolean {
    const requested = this.parts.subscription();
    this.queue.add(ORDER, async (signal) => {
      await this.send({ type: 'handshake', events: [] }, signal);
      this.parts.accept(requested);
      return 'sent';
    });
    return false;
  }

  activate(): void {
    clearInterval(this.heartbeat);
    const heartbeatS = topicTermsOf(this.parts.subscription())?.heartbeatS ?? 0;
    if (heartbeatS === 0) return;
    this.heartbeat = setInterval(() => this.beat(), heartbeatS * 1000);
    this.heartbeat.unref();
  }

  announce(version: ResourceVersion): void {
    const { versions, faults } = this.parts;
    if (version.interaction === 'delete' && faults.strikes('hideDeletes')) return;
    const event = this.events.add(version);
    // Silence is counted from here.
    this.heartbeat?.refresh();
    const isCurrent = () => versions.newest(version.type, version.id) === version;
    const send = (signal: AbortSignal) => this.send({ type: 'event-notification', events: [event] }, signal);
    deliverFaultily(this.queue, { key: ORDER, isCurrent, send }, faults);
  }

  stop(): void {
    clearInterval(this.heartbeat);
    this.queue.stop();
  }

  /** What `$status` answers. */
  status(): Bundle {
    return statusBundle(this.said({ type: 'query-status', events: [] }));
  }

  /** What `$events` answers: events by their numbers, both ends included. */
  query(since: number, until: number, content?: NotificationContent): Bundle {
    const events = this.events.between(since, until);
    return notificationBundle(this.said({ type: 'query-event', events, ...(content && { content }) }));
  }

  private beat(): void {
    this.queue.add(ORDER, async (signal) => {
      await this.send({ type: 'heartbeat', events: [] }, signal);
      return 'sent';
    });
  }

  private async send(said: Said, stopped: AbortSignal): Promise<void> {
    const subscription = this.parts.subscription();
    const { channel } = subscription;
    const body = stringifyLossless(notificationBundle(this.said(said)));
    const headers = [...channelHeaders(channel), ...signatureHeaders(subscription, body)];
    const message = { method: 'POST', url: channel.endpoint ?? '', headers, body } as const;
    await sendMessage(message, stopped, this.parts.delivery.timeoutMs);
  }

  private said(said: Said): NotificationFacts {
    const subscription = this.parts.subscription();
    const terms = topicTermsOf(subscription);
    return {
      shape: this.shape,
      base: this.address.base,
      subscription: subscription.id,
      topic: terms?.topic ?? '',
      status: subscription.status,
      content: terms?.content ?? 'empty',
      count: this.events.count,
      ...said,
    };
  }
}

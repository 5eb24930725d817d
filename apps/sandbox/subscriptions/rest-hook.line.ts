import type { ResourceVersion } from '../fhir/version-store.js';
import { DeliveryQueue } from './delivery-queue.js';
import { deliverFaultily } from './faulty-delivery.js';
import { sendMessage } from './message.js';
import { restHookMessage, type RestHookStyle } from './rest-hook.js';
import type { LineParts, SubscriptionLine } from './subscription-line.js';

/** Rest-hook notifications of R4: one request a version, those of one resource after each other. */
export class RestHookLine implements SubscriptionLine {
  private readonly queue: DeliveryQueue;

  constructor(
    private readonly style: RestHookStyle,
    private readonly parts: LineParts,
  ) {
    this.queue = new DeliveryQueue(parts.delivery, parts.fail);
  }

  get facts() {
    return this.queue.facts;
  }

  request(): boolean {
    return true;
  }

  activate(): void {
    // Nothing is said before something changes.
  }

  announce(version: ResourceVersion): void {
    const { versions, faults, delivery, subscription } = this.parts;
    const message = () => restHookMessage(this.style, subscription(), version);
    if (!message()) return;
    if (version.interaction === 'delete' && faults.strikes('hideDeletes')) return;
    const isCurrent = () => versions.newest(version.type, version.id) === version;
    const send = async (stopped: AbortSignal) => {
      const now = message();
      if (now) await sendMessage(now, stopped, delivery.timeoutMs);
    };
    deliverFaultily(this.queue, { key: `${version.type}/${version.id}`, isCurrent, send }, faults);
  }

  stop(): void {
    this.queue.stop();
  }
}

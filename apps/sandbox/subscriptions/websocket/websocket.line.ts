import { stringifyLossless } from '../../fhir/lossless-json.js';
import type { ServerAddress } from '../../fhir/server-address.js';
import type { ResourceVersion } from '../../fhir/version-store.js';
import { DeliveryQueue } from '../delivery-queue.js';
import { deliverFaultily } from '../faulty-delivery.js';
import type { LineParts, SubscriptionLine } from '../subscription-line.js';
import type { Bindings } from './bindings.js';
import { eventBundle } from './event-bundles.js';

/** Events over WebSockets, as Medplum has them: nobody bound, nobody told, and nothing is ever sent again. */
export class WebSocketLine implements SubscriptionLine {
  private readonly queue: DeliveryQueue;

  constructor(
    private readonly bindings: Bindings,
    private readonly address: ServerAddress,
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
    // Whoever wants to hear of changes binds a WebSocket.
  }

  /** Says nothing of deletions. */
  announce(version: ResourceVersion): void {
    const { versions, faults, subscription } = this.parts;
    if (!version.resource) return;
    const isCurrent = () => versions.newest(version.type, version.id) === version;
    const send = () => {
      const { id } = subscription();
      const text = stringifyLossless(eventBundle(id, version, this.address.base));
      for (const socket of this.bindings.boundTo(id))
        if (faults.strikes('cutConnections')) socket.terminate();
        else socket.send(text);
      return Promise.resolve();
    };
    deliverFaultily(this.queue, { key: `${version.type}/${version.id}`, isCurrent, send }, faults);
  }

  stop(): void {
    this.queue.stop();
  }
}

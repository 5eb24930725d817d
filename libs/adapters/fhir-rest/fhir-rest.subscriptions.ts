import { SourceSubscriptions, type SocketBinding, type Source, type SubscriptionStanding } from '#ports';
import { asking } from './asking.js';
import type { FhirRestOptions } from './fhir-rest.source.js';
import { requireReference } from './reference.js';
import { bindSocket } from './subscriptions/bind-socket.js';
import { ensureSubscriptions } from './subscriptions/ensure-subscriptions.js';
import { checkSubscription } from './subscriptions/subscription-standing.js';
import { SourceClient } from './transport/source-client.js';
import type { SourceTransport } from './transport/source-transport.js';

interface SubscriptionOptions extends FhirRestOptions {
  /** Pauses before each look at a Subscription that waits to be activated, in milliseconds. */
  readonly activationPausesMs?: readonly number[];
}

const DEFAULTS = { maxBytes: 4 * 1024 * 1024, activationPausesMs: [50, 200, 500, 1000, 2000] };

/** Subscriptions of a FHIR server, set up over its RESTful API (https://hl7.org/fhir/R4/subscription.html). */
export class FhirRestSubscriptions extends SourceSubscriptions {
  private readonly settings: Required<SubscriptionOptions>;

  constructor(
    private readonly transport: SourceTransport,
    options: SubscriptionOptions = {},
  ) {
    super();
    this.settings = { ...DEFAULTS, ...options };
  }

  override ensure(
    source: Source,
    endpoint: string,
    until = new Date(),
  ): Promise<readonly SubscriptionStanding[]> {
    const pausesMs = this.settings.activationPausesMs;
    return asking(() => ensureSubscriptions(this.client(source), { source, endpoint, until, pausesMs }));
  }

  override check(source: Source, id: string): Promise<SubscriptionStanding> {
    return asking(() => {
      requireReference('Subscription', id);
      return checkSubscription(this.client(source), id, source.settings.channel === 'topic');
    });
  }

  override bind(source: Source, id: string): Promise<SocketBinding> {
    return asking(() => {
      requireReference('Subscription', id);
      return bindSocket(this.client(source), this.transport.line(source).urls, id);
    });
  }

  private client(source: Source): SourceClient {
    return new SourceClient(this.transport.line(source), this.settings.maxBytes);
  }
}

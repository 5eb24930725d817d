import { SourceSubscriptions, type Source, type SubscriptionStanding } from '#ports';
import { asking } from './asking.js';
import { checkSubscription, ensureSubscriptions } from './ensure-subscriptions.js';
import type { FhirRestOptions } from './fhir-rest.source.js';
import { SourceClient } from './source-client.js';

interface SubscriptionOptions extends FhirRestOptions {
  /** Pauses before each look at a Subscription that waits to be activated, in milliseconds. */
  readonly activationPausesMs?: readonly number[];
}

const DEFAULTS = { maxBytes: 4 * 1024 * 1024, activationPausesMs: [50, 200, 500, 1000, 2000] };

/** Subscriptions of a FHIR server, set up over its RESTful API (https://hl7.org/fhir/R4/subscription.html). */
export class FhirRestSubscriptions extends SourceSubscriptions {
  private readonly settings: Required<SubscriptionOptions>;

  constructor(options: SubscriptionOptions = {}) {
    super();
    this.settings = { ...DEFAULTS, ...options };
  }

  override ensure(source: Source, endpoint: string): Promise<readonly SubscriptionStanding[]> {
    return asking(() =>
      ensureSubscriptions(this.client(source), source, endpoint, this.settings.activationPausesMs),
    );
  }

  override check(source: Source, id: string): Promise<SubscriptionStanding> {
    return asking(() => checkSubscription(this.client(source), id));
  }

  private client({ base, settings: { timeoutMs } }: Source): SourceClient {
    return new SourceClient(base, { timeoutMs, maxBytes: this.settings.maxBytes });
  }
}

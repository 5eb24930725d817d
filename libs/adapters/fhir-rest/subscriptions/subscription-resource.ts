import type { Extension } from '@medplum/fhirtypes';
import { malformed } from '../fhir-rest.errors.js';
import { FHIR_ID } from '../reference.js';

interface WithExtensions {
  readonly extension?: readonly Extension[] | undefined;
}

/** https://hl7.org/fhir/R4/subscription-definitions.html#Subscription.channel */
export interface SubscriptionChannelElement extends WithExtensions {
  readonly type?: string;
  readonly endpoint?: string;
  readonly payload?: string;
  readonly _payload?: WithExtensions;
  readonly header?: readonly string[];
}

/** https://hl7.org/fhir/R5/subscription-definitions.html#Subscription.filterBy */
export interface FilterBy {
  readonly resourceType?: string;
  readonly filterParameter?: string;
  readonly modifier?: string;
  readonly comparator?: string;
  readonly value?: string;
}

/** A Subscription as JSON: the members of R4 (and its Backport), and those of R5. */
export interface SubscriptionResource extends WithExtensions {
  readonly resourceType: 'Subscription';
  readonly id?: string;
  readonly meta?: { readonly profile?: readonly string[] };
  readonly status: string;
  readonly reason?: string;
  readonly end?: string;
  readonly criteria?: string;
  readonly _criteria?: WithExtensions;
  readonly channel?: SubscriptionChannelElement;
  readonly name?: string;
  readonly topic?: string;
  readonly filterBy?: readonly FilterBy[];
  readonly channelType?: { readonly system?: string; readonly code?: string };
  readonly endpoint?: string;
  readonly parameter?: readonly { readonly name?: string; readonly value?: string }[];
  readonly heartbeatPeriod?: number;
  readonly contentType?: string;
  readonly content?: string;
}

export type StoredSubscription = SubscriptionResource & { readonly id: string };

/** A Subscription as the source holds it; throws PortError SOURCE.MALFORMED when it is none. */
export function stored(resource: object): StoredSubscription {
  const { resourceType, id, channel, topic } = resource as Partial<SubscriptionResource>;
  if (resourceType !== 'Subscription' || id === undefined || !FHIR_ID.test(id) || !(channel ?? topic))
    throw malformed('The source answered something that is not a Subscription');
  return resource as StoredSubscription;
}

export function endpointOf({ channel, endpoint }: SubscriptionResource): string | undefined {
  return channel?.endpoint ?? endpoint;
}

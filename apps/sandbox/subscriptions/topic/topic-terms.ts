import type { Extension, Subscription } from '@medplum/fhirtypes';

export type NotificationContent = 'empty' | 'id-only' | 'full-resource';

/** What a topic-based Subscription asks for. */
export interface TopicTerms {
  /** Canonical URL of the topic. */
  readonly topic: string;
  /** Search criteria, `Patient?active=true`: those of one type have to hold together; none: everything. */
  readonly filters: readonly string[];
  readonly content: NotificationContent;
  /** Seconds of silence after which a heartbeat is sent; 0: never. */
  readonly heartbeatS: number;
}

/** https://hl7.org/fhir/uv/subscriptions-backport/artifacts.html#structures-extension-definitions */
export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';

const CONTENTS: readonly NotificationContent[] = ['empty', 'id-only', 'full-resource'];

/** The elements of FHIR's primitive values, which Medplum's types leave out. */
interface WithSiblings {
  readonly _criteria?: { readonly extension?: readonly Extension[] };
  readonly channel?: {
    readonly extension?: readonly Extension[];
    readonly _payload?: { readonly extension?: readonly Extension[] };
  };
}

/** The terms of a topic-based Subscription (R4 Backport: its criteria are a URL); undefined for any other. */
export function topicTermsOf(subscription: Subscription): TopicTerms | undefined {
  const { criteria } = subscription;
  if (!/^https?:\/\/|^urn:/.test(criteria)) return undefined;
  const { _criteria, channel } = subscription as WithSiblings;
  const content = named(channel?._payload?.extension, 'backport-payload-content')[0]?.valueCode;
  const heartbeat = named(channel?.extension, 'backport-heartbeat-period')[0]?.valueUnsignedInt;
  return {
    topic: criteria,
    filters: named(_criteria?.extension, 'backport-filter-criteria').map((one) => one.valueString ?? ''),
    content: CONTENTS.find((one) => one === content) ?? 'empty',
    heartbeatS: heartbeat ?? 0,
  };
}

function named(extensions: readonly Extension[] | undefined, name: string): readonly Extension[] {
  return (extensions ?? []).filter(({ url }) => url === `${BACKPORT}${name}`);
}

import { randomUUID } from 'node:crypto';
import type { Bundle, BundleEntry, ParametersParameter, Resource } from '@medplum/fhirtypes';
import type { TopicEvent } from './topic-events.js';
import type { NotificationContent } from './topic-terms.js';

/** R4 with the Backport, R4B, or R5: in whose shape notifications are sent. */
export type NotificationShape = 'r4' | 'r4b' | 'r5';

export const SHAPES: readonly [NotificationShape, ...NotificationShape[]] = ['r4', 'r4b', 'r5'];

export interface NotificationFacts {
  readonly shape: NotificationShape;
  /** The FHIR base URL. */
  readonly base: string;
  readonly subscription: string;
  readonly topic: string;
  readonly status: string;
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  readonly content: NotificationContent;
  /** How many events there have been. */
  readonly count: number;
  readonly events: readonly TopicEvent[];
}

const REQUESTS = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const;
const ANSWERS = { create: '201', update: '200', delete: '204' } as const;

/**
 * A notification: R4 and R4B a history Bundle, R5 a subscription-notification Bundle.
 * https://hl7.org/fhir/uv/subscriptions-backport/notifications.html, https://hl7.org/fhir/R5/subscriptions.html
 */
export function notificationBundle(facts: NotificationFacts): Bundle {
  const type = (facts.shape === 'r5' ? 'subscription-notification' : 'history') as Bundle['type'];
  const carried = facts.content === 'full-resource' ? facts.events.map((event) => entryOf(event, facts)) : [];
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    type,
    timestamp: new Date().toISOString(),
    entry: [statusEntry(facts), ...carried],
  };
}

/** What `$status` answers: a searchset with the status of one Subscription. */
export function statusBundle(facts: NotificationFacts): Bundle {
  const { fullUrl = '', resource } = statusEntry(facts);
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    entry: [{ fullUrl, ...(resource && { resource }), search: { mode: 'match' } }],
  };
}

function statusEntry(facts: NotificationFacts): BundleEntry {
  const id = randomUUID();
  const resource = facts.shape === 'r4' ? parameters(id, facts) : subscriptionStatus(id, facts);
  return {
    fullUrl: `urn:uuid:${id}`,
    resource: resource as Resource,
    request: { method: 'GET', url: `${facts.base}/Subscription/${facts.subscription}/$status` },
    response: { status: '200' },
  };
}

function parameters(id: string, facts: NotificationFacts): object {
  return {
    resourceType: 'Parameters',
    id,
    meta: {
      profile: [
        'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4',
      ],
    },
    parameter: [
      { name: 'subscription', valueReference: { reference: subscriptionUrl(facts) } },
      { name: 'topic', valueCanonical: facts.topic },
      { name: 'status', valueCode: facts.status },
      { name: 'type', valueCode: facts.type },
      { name: 'events-since-subscription-start', valueString: String(facts.count) },
      ...facts.events.map((event) => eventParameter(event, facts)),
    ],
  };
}

function eventParameter(event: TopicEvent, facts: NotificationFacts): ParametersParameter {
  const focus = focusOf(event, facts);
  return {
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: String(event.number) },
      { name: 'timestamp', valueInstant: event.version.lastUpdated },
      ...(focus ? [{ name: 'focus', valueReference: focus }] : []),
    ],
  };
}

/** R5 writes integer64 as strings, https://hl7.org/fhir/R5/datatypes.html#integer64; R4B has plain numbers. */
function subscriptionStatus(id: string, facts: NotificationFacts): object {
  const number = (value: number) => (facts.shape === 'r5' ? String(value) : value);
  const { events } = facts;
  return {
    resourceType: 'SubscriptionStatus',
    id,
    status: facts.status,
    type: facts.type,
    eventsSinceSubscriptionStart: number(facts.count),
    ...(events.length > 0 && {
      notificationEvent: events.map((event) => {
        const focus = focusOf(event, facts);
        const { lastUpdated: timestamp } = event.version;
        return { eventNumber: number(event.number), timestamp, ...(focus && { focus }) };
      }),
    }),
    subscription: { reference: subscriptionUrl(facts) },
    topic: facts.topic,
  };
}

function subscriptionUrl({ base, subscription }: NotificationFacts): string {
  return `${base}/Subscription/${subscription}`;
}

function focusOf(
  { version }: TopicEvent,
  { base, content }: NotificationFacts,
): { reference: string } | undefined {
  return content === 'empty' ? undefined : { reference: `${base}/${version.type}/${version.id}` };
}

function entryOf({ version }: TopicEvent, { base }: NotificationFacts): BundleEntry {
  const { type, id, interaction, versionId, lastUpdated, resource } = version;
  return {
    fullUrl: `${base}/${type}/${id}`,
    ...(resource && { resource }),
    request: { method: REQUESTS[interaction], url: interaction === 'create' ? type : `${type}/${id}` },
    response: { status: ANSWERS[interaction], etag: `W/"${versionId}"`, lastModified: lastUpdated },
  };
}

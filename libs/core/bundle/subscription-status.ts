import {
  isJsonArray,
  isJsonObject,
  tokenInteger,
  tokenString,
  type JsonObject,
  type JsonValue,
} from '../canonical/json-value.js';
import { CoreError } from '../core.errors.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import type { SubscriptionNotice } from './announcement.js';

/** What the first entry of a notification says. */
export interface StatusOfSubscription {
  readonly notice: SubscriptionNotice;
  /** References of what changed, in the order of the events. */
  readonly focuses: readonly string[];
}

const KINDS = ['handshake', 'heartbeat', 'event-notification', 'query-status', 'query-event'] as const;
/** What marks Parameters as a status: https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-status-r4.html */
const STATUS_PARAMETERS = ['subscription', 'type'] as const;

/** Whether a resource is what the first entry of a notification has to be. */
export function isStatus(resource: FhirResource): boolean {
  if (resource.type === 'SubscriptionStatus') return true;
  if (resource.type !== 'Parameters') return false;
  const names = objectsOf(resource.root.get('parameter')).map((parameter) => stringOf(parameter.get('name')));
  return STATUS_PARAMETERS.every((name) => names.includes(name));
}

/**
 * Reads a SubscriptionStatus (R4B, and R5 with its integer64 as strings), or its form as Parameters (R4).
 * Throws NOTICE.MALFORMED.
 */
export function readStatus(resource: FhirResource): StatusOfSubscription {
  const status = resource.type === 'Parameters' ? fromParameters(resource.root) : resource.root;
  const word = stringOf(status.get('type'));
  const kind = KINDS.find((one) => one === word);
  if (!kind)
    throw new CoreError('NOTICE.MALFORMED', `the type of a notification is none of ${KINDS.join(', ')}`);
  const events = objectsOf(status.get('notificationEvent'));
  return {
    notice: {
      kind,
      subscription: subscriptionId(referenceIn(status.get('subscription'))),
      status: stringOf(status.get('status')),
      events: events.flatMap((event) => wholeNumber(event.get('eventNumber')) ?? []),
      eventsSinceStart: wholeNumber(status.get('eventsSinceSubscriptionStart')),
    },
    focuses: events.flatMap((event) => referenceIn(event.get('focus')) ?? []),
  };
}

/** The members of a SubscriptionStatus that Parameters stand for. */
function fromParameters(root: JsonObject): JsonObject {
  const parameters = objectsOf(root.get('parameter'));
  const events = parameters
    .filter((parameter) => stringOf(parameter.get('name')) === 'notification-event')
    .map((parameter) => membersOf(objectsOf(parameter.get('part'))));
  return new Map([...membersOf(parameters), ['notificationEvent', events]]);
}

/** Parameters by name in camel case, the first of each: `event-number` is `eventNumber`. */
function membersOf(parameters: readonly JsonObject[]): Map<string, JsonValue> {
  const members = new Map<string, JsonValue>();
  for (const parameter of parameters) {
    const name = stringOf(parameter.get('name'))?.replaceAll(/-([a-z])/g, (_, letter: string) =>
      letter.toUpperCase(),
    );
    const value = [...parameter].find(([member]) => member.startsWith('value'))?.[1];
    if (name !== undefined && value !== undefined && !members.has(name)) members.set(name, value);
  }
  return members;
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function stringOf(value: JsonValue | undefined): string | undefined {
  return tokenString(value);
}

/** A number, or the digits in a string. */
function wholeNumber(value: JsonValue | undefined): number | undefined {
  return tokenInteger(tokenString(value) ?? value);
}

function referenceIn(value: JsonValue | undefined): string | undefined {
  return isJsonObject(value) ? tokenString(value.get('reference')) : undefined;
}

function subscriptionId(reference: string | undefined): string | undefined {
  return /(?:^|\/)Subscription\/([A-Za-z0-9\-.]{1,64})$/.exec(reference ?? '')?.[1];
}

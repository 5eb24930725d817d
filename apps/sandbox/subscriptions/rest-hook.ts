import type { Subscription, SubscriptionChannel } from '@medplum/fhirtypes';
import { stringifyLossless } from '../fhir/lossless-json.js';
import type { ResourceVersion } from '../fhir/version-store.js';
import type { Message } from './message.js';
import { signatureHeaders } from './signature.js';

/** Whose manners rest-hook notifications have. */
export type RestHookStyle = 'medplum' | 'hapi' | 'plain';

export const STYLES: readonly [RestHookStyle, ...RestHookStyle[]] = ['medplum', 'hapi', 'plain'];

const HAPI_SENDS_DELETES = 'http://hapifhir.io/fhir/StructureDefinition/subscription-send-delete-messages';

/** The rest-hook notification of one version; undefined when the style has none for it. */
export function restHookMessage(
  style: RestHookStyle,
  subscription: Subscription,
  version: ResourceVersion,
): Message | undefined {
  if (style === 'medplum') return medplumMessage(subscription, version);
  return style === 'hapi'
    ? hapiMessage(subscription.channel, version)
    : plainMessage(subscription.channel, version);
}

/** Medplum 5: always POST; the kind of change in headers, a deletion as `{}`, signed where there is a secret. */
function medplumMessage(subscription: Subscription, version: ResourceVersion): Message {
  const { channel } = subscription;
  const body = channel.payload === undefined ? '' : bodyOf(version) || '{}';
  return {
    method: 'POST',
    url: channel.endpoint ?? '',
    headers: [
      ...channelHeaders(channel),
      ...signatureHeaders(subscription, body),
      ['x-medplum-subscription', subscription.id ?? ''],
      ['x-medplum-interaction', version.interaction],
      ...(version.resource
        ? []
        : ([['x-medplum-deleted-resource', `${version.type}/${version.id}`]] as const)),
    ],
    body,
  };
}

/**
 * HAPI's JPA server: with a payload PUT {endpoint}/{Type}/{id}, without one an empty POST; a deletion only where the
 * channel has HAPI's extension.
 */
function hapiMessage(channel: SubscriptionChannel, version: ResourceVersion): Message | undefined {
  const { endpoint = '', payload, extension = [] } = channel;
  const headers = channelHeaders(channel);
  const url = `${endpoint.replace(/\/$/, '')}/${version.type}/${version.id}`;
  if (!version.resource) {
    const wanted = extension.some((one) => one.url === HAPI_SENDS_DELETES && one.valueBoolean === true);
    return wanted ? { method: 'DELETE', url, headers, body: '' } : undefined;
  }
  return payload === undefined
    ? { method: 'POST', url: endpoint, headers, body: '' }
    : { method: 'PUT', url, headers, body: bodyOf(version) };
}

/** What R4 itself says (https://hl7.org/fhir/R4/subscription.html#2.46.7.1): no deletion is ever told of. */
function plainMessage(channel: SubscriptionChannel, version: ResourceVersion): Message | undefined {
  if (!version.resource) return undefined;
  const body = channel.payload === undefined ? '' : bodyOf(version);
  return { method: 'POST', url: channel.endpoint ?? '', headers: channelHeaders(channel), body };
}

function bodyOf({ resource }: ResourceVersion): string {
  return resource ? stringifyLossless(resource) : '';
}

/** Content type and the channel's own headers. */
export function channelHeaders({ payload, header = [] }: SubscriptionChannel): [string, string][] {
  return [
    ...(payload === undefined ? [] : ([['content-type', 'application/fhir+json']] as [string, string][])),
    ...header.map((one) => splitHeader(one)),
  ];
}

function splitHeader(header: string): [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}

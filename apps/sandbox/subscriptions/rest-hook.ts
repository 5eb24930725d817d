import { createHmac } from 'node:crypto';
import type { Subscription } from '@medplum/fhirtypes';
import { stringifyLossless } from '../fhir/lossless-json.js';
import type { ResourceVersion } from '../fhir/version-store.js';

/** Medplum writes the extension with and without `www.`. */
const SECRET_EXTENSIONS: readonly string[] = [
  'https://www.medplum.com/fhir/StructureDefinition/subscription-secret',
  'https://medplum.com/fhir/StructureDefinition/subscription-secret',
];

/** One notification, as it goes over the wire. */
export interface Notification {
  readonly endpoint: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** The notification of one version, https://hl7.org/fhir/R4/subscription.html#2.46.7.1 and Medplum's headers. */
export function notificationOf(subscription: Subscription, version: ResourceVersion): Notification {
  const { channel } = subscription;
  const body =
    channel.payload === undefined ? '' : version.resource ? stringifyLossless(version.resource) : '{}';
  const secret = subscription.extension?.find(({ url }) => SECRET_EXTENSIONS.includes(url))?.valueString;
  return {
    endpoint: channel.endpoint ?? '',
    headers: [
      ...(channel.payload === undefined ? [] : ([['content-type', 'application/fhir+json']] as const)),
      ...(channel.header ?? []).map((header) => splitHeader(header)),
      ...(secret
        ? ([['x-signature', createHmac('sha256', secret).update(body).digest('hex')]] as const)
        : []),
      ['x-medplum-subscription', subscription.id ?? ''],
      ['x-medplum-interaction', version.interaction],
      ...(version.resource
        ? []
        : ([['x-medplum-deleted-resource', `${version.type}/${version.id}`]] as const)),
    ],
    body,
  };
}

/** Posts it once; resolves when the endpoint accepts (2xx, 3xx), else rejects with the reason in a few words. */
export async function postNotification(notification: Notification, signal: AbortSignal): Promise<void> {
  const response = await fetch(notification.endpoint, {
    method: 'POST',
    headers: notification.headers.map(([name, value]): [string, string] => [name, value]),
    body: notification.body,
    redirect: 'manual',
    signal,
  });
  await response.body?.cancel();
  if (response.status >= 400) throw new Error(`the endpoint answered ${response.status}`);
}

function splitHeader(header: string): readonly [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}

import { randomUUID } from 'node:crypto';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { ResourceVersion } from '../../fhir/version-store.js';

/** The handshake that Medplum answers a binding with. */
export function handshakeBundle(subscription: string): Bundle {
  return bundle([{ resource: status('handshake', subscription) }]);
}

/** An event as Medplum sends it over a WebSocket: every number is "0". */
export function eventBundle(
  subscription: string,
  { type, id, resource }: ResourceVersion,
  base: string,
): Bundle {
  const focus = { reference: `${type}/${id}` };
  const notificationEvent = [{ eventNumber: '0', timestamp: new Date().toISOString(), focus }];
  return bundle([
    { resource: status('event-notification', subscription, { notificationEvent }) },
    { ...(resource && { resource }), fullUrl: `${base}/${type}/${id}` },
  ]);
}

function bundle(entry: Bundle['entry'] & object): Bundle {
  const timestamp = new Date().toISOString();
  return { id: randomUUID(), resourceType: 'Bundle', type: 'history', timestamp, entry };
}

/** R4 has no SubscriptionStatus; Medplum sends R4B's all the same. */
function status(type: string, id: string, more: object = {}): Resource {
  const subscription = { reference: `Subscription/${id}` };
  return {
    id: randomUUID(),
    resourceType: 'SubscriptionStatus',
    status: 'active',
    type,
    subscription,
    ...more,
  } as unknown as Resource;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle } from '@medplum/fhirtypes';
import type { FhirResource } from 'fhir-kit-client';
import type { Source, SubscriptionStanding } from '#ports';
import { isMissing, malformed, refused } from '../fhir-rest.errors.js';
import type { SourceClient } from '../transport/source-client.js';
import {
  endpointOf,
  stored,
  type StoredSubscription,
  type SubscriptionResource,
} from './subscription-resource.js';
import { standingOf } from './subscription-standing.js';
import { criterionOf, wantedSubscription, type WantedSubscription } from './wanted-subscription.js';

const RETURN_IT = { headers: { prefer: 'return=representation' } };
const MAX_PAGES = 20;

export interface SubscriptionsWanted {
  readonly source: Source;
  readonly endpoint: string;
  /** One that ends before is renewed. */
  readonly until: Date;
  /** How long to wait for the source to activate a requested Subscription, try by try, in milliseconds. */
  readonly pausesMs: readonly number[];
}

/**
 * Makes sure that each criterion of the source has one active Subscription to `endpoint`, and switches off all others
 * to it: the endpoint is ours, so whatever delivers there was set up by us. Answers them, one a criterion; none for a
 * channel that has no Subscriptions.
 */
export async function ensureSubscriptions(
  client: SourceClient,
  { source, endpoint, until, pausesMs }: SubscriptionsWanted,
): Promise<readonly SubscriptionStanding[]> {
  const criteria = hasSubscriptions(source) ? new Set(source.criteria) : [];
  const wanted = [...criteria].map((one) => wantedSubscription(source, one, endpoint));
  const existing = await subscriptionsTo(client, endpoint).catch((error: unknown) => {
    // A source that is polled need not know Subscriptions at all.
    if (wanted.length === 0 && isMissing(error)) return [];
    throw error;
  });
  const standings: SubscriptionStanding[] = [];
  for (const one of wanted)
    standings.push(
      standingOf(await activated(client, await agreeing(client, one, existing, until), pausesMs)),
    );
  const ids = standings.map(({ id }) => id);
  for (const stale of existing)
    if (!ids.includes(stale.id) && stale.status !== 'off') await put(client, { ...stale, status: 'off' });
  return standings;
}

function hasSubscriptions({ settings: { channel } }: Source): boolean {
  return channel !== 'polling' && channel !== 'none';
}

/** One that works as wanted already, or is made so. */
async function agreeing(
  client: SourceClient,
  wanted: WantedSubscription,
  existing: readonly StoredSubscription[],
  until: Date,
): Promise<StoredSubscription> {
  const candidates = existing.filter((one) => criterionOf(one) === wanted.criteria);
  const good = candidates.find((one) => wanted.agrees(one, until));
  if (good) return good;
  const [mended] = candidates;
  if (mended) return put(client, { ...wanted.over(mended), id: mended.id });
  const body = { ...wanted.over() };
  return stored(await client.fhir.create({ resourceType: 'Subscription', body, options: RETURN_IT }));
}

/** Every Subscription whose channel ends exactly at `endpoint`. */
async function subscriptionsTo(
  client: SourceClient,
  endpoint: string,
): Promise<readonly StoredSubscription[]> {
  const found: StoredSubscription[] = [];
  // Commas, bars and dollars mean something in search values: https://hl7.org/fhir/R4/search.html#escaping
  const searchParams = { url: endpoint.replace(/[\\,|$]/g, '\\$&'), _count: 100 };
  let page: FhirResource | undefined = await client.fhir.resourceSearch({
    resourceType: 'Subscription',
    searchParams,
  });
  for (let pages = 1; page !== undefined; pages++) {
    if (pages > MAX_PAGES) throw malformed('The search for Subscriptions has no end');
    const bundle = page as unknown as Bundle;
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.resourceType !== 'Subscription') continue;
      const subscription = stored(resource);
      if (endpointOf(subscription) === endpoint) found.push(subscription);
    }
    page = await client.fhir.nextPage({ bundle: { ...page, link: bundle.link ?? [] } });
  }
  return found;
}

async function put(
  client: SourceClient,
  body: SubscriptionResource & { readonly id: string },
): Promise<StoredSubscription> {
  const { id } = body;
  return stored(
    await client.fhir.update({ resourceType: 'Subscription', id, body: { ...body }, options: RETURN_IT }),
  );
}

/**
 * R4 has the server activate a requested Subscription; some (Medplum) leave it as it is, and take `active` from the
 * client. Throws PortError SOURCE.REFUSED when it does not become active either way.
 */
async function activated(
  client: SourceClient,
  subscription: StoredSubscription,
  pausesMs: readonly number[],
): Promise<StoredSubscription> {
  let current = subscription;
  for (const pauseMs of pausesMs) {
    if (current.status !== 'requested') break;
    await sleep(pauseMs);
    current = stored(await client.fhir.read({ resourceType: 'Subscription', id: current.id }));
  }
  if (current.status === 'requested') current = await put(client, { ...current, status: 'active' });
  if (current.status !== 'active') throw refused('The source does not activate the Subscription');
  return current;
}

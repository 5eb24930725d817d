import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle, Subscription } from '@medplum/fhirtypes';
import type { FhirResource } from 'fhir-kit-client';
import type { Source, SubscriptionStanding } from '#ports';
import { malformed, refused, SourceStatusError } from './fhir-rest.errors.js';
import { FHIR_ID } from './reference.js';
import type { SourceClient } from './source-client.js';
import {
  agrees,
  requestedSubscription,
  wantedSubscription,
  type WantedSubscription,
} from './wanted-subscription.js';

type StoredSubscription = Subscription & { id: string };

const RETURN_IT = { headers: { prefer: 'return=representation' } };
const MAX_PAGES = 20;

/**
 * Makes sure that each criterion of the source has one active Subscription to `endpoint`, and switches off all others
 * to it: the endpoint is ours, so whatever delivers there was set up by us. Answers them, one a criterion.
 * @param pausesMs how long to wait for the source to activate a requested Subscription, try by try
 */
export async function ensureSubscriptions(
  client: SourceClient,
  source: Source,
  endpoint: string,
  pausesMs: readonly number[],
): Promise<readonly SubscriptionStanding[]> {
  const existing = await subscriptionsTo(client, endpoint);
  const standings: SubscriptionStanding[] = [];
  for (const criteria of new Set(source.criteria)) {
    const wanted = wantedSubscription(source, criteria, endpoint);
    const candidates = existing.filter((one) => one.criteria === criteria);
    const best = candidates.find((one) => agrees(one, wanted)) ?? candidates[0];
    const kept = best && agrees(best, wanted) ? best : await request(client, wanted, best);
    standings.push(standingOf(await activated(client, kept, pausesMs)));
  }
  const ids = standings.map(({ id }) => id);
  for (const stale of existing)
    if (!ids.includes(stale.id) && stale.status !== 'off') await put(client, { ...stale, status: 'off' });
  return standings;
}

/** One Subscription as the source holds it now; `gone` when it does not. */
export async function checkSubscription(client: SourceClient, id: string): Promise<SubscriptionStanding> {
  try {
    return standingOf(stored(await client.fhir.read({ resourceType: 'Subscription', id })));
  } catch (error) {
    if (!(error instanceof SourceStatusError) || ![404, 410].includes(error.status)) throw error;
    return { id, criteria: '', status: 'gone', end: undefined, events: undefined };
  }
}

function standingOf({ id, criteria, status, end }: StoredSubscription): SubscriptionStanding {
  const ends = end === undefined ? NaN : Date.parse(end);
  return { id, criteria, status, end: Number.isNaN(ends) ? undefined : new Date(ends), events: undefined };
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
    for (const { resource } of bundle.entry ?? [])
      if (resource?.resourceType === 'Subscription' && resource.channel.endpoint === endpoint)
        found.push(stored(resource));
    page = await client.fhir.nextPage({ bundle: { ...page, link: bundle.link ?? [] } });
  }
  return found;
}

async function request(
  client: SourceClient,
  wanted: WantedSubscription,
  existing: StoredSubscription | undefined,
): Promise<StoredSubscription> {
  const body = requestedSubscription(wanted, existing);
  if (existing) return put(client, { ...body, id: existing.id });
  return stored(
    await client.fhir.create({ resourceType: 'Subscription', body: { ...body }, options: RETURN_IT }),
  );
}

async function put(client: SourceClient, body: StoredSubscription): Promise<StoredSubscription> {
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

/** A Subscription as the source holds it; throws PortError SOURCE.MALFORMED when it is none. */
function stored(resource: object): StoredSubscription {
  const { resourceType, id } = resource as Partial<Subscription>;
  if (resourceType !== 'Subscription' || id === undefined || !FHIR_ID.test(id))
    throw malformed('The source answered something that is not a Subscription');
  return resource as StoredSubscription;
}

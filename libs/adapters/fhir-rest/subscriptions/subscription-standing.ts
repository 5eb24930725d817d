import type { Parameters } from '@medplum/fhirtypes';
import type { FhirResource } from 'fhir-kit-client';
import type { SubscriptionStanding, SubscriptionStatus } from '#ports';
import { isMissing, SourceStatusError } from '../fhir-rest.errors.js';
import type { SourceClient } from '../transport/source-client.js';
import { stored, type StoredSubscription } from './subscription-resource.js';
import { criterionOf } from './wanted-subscription.js';

const STATUSES: readonly SubscriptionStatus[] = ['requested', 'active', 'error', 'off'];

export function standingOf(subscription: StoredSubscription): SubscriptionStanding {
  const { id, status, end = '' } = subscription;
  const ends = Date.parse(end);
  return {
    id,
    criteria: criterionOf(subscription),
    status: statusOf(status),
    end: Number.isNaN(ends) ? undefined : new Date(ends),
    events: undefined,
  };
}

/**
 * One Subscription as the source holds it now; `gone` when it does not.
 * @param countsEvents whether it is asked for its events, too: https://hl7.org/fhir/R5/subscription-operation-status.html
 */
export async function checkSubscription(
  client: SourceClient,
  id: string,
  countsEvents: boolean,
): Promise<SubscriptionStanding> {
  try {
    const standing = standingOf(stored(await client.fhir.read({ resourceType: 'Subscription', id })));
    return countsEvents ? { ...standing, ...(await statusAt(client, id)) } : standing;
  } catch (error) {
    if (!(error instanceof SourceStatusError) || ![404, 410].includes(error.status)) throw error;
    return { id, criteria: '', status: 'gone', end: undefined, events: undefined };
  }
}

/** What `$status` says; nothing where the source has no such operation. */
async function statusAt(client: SourceClient, id: string): Promise<Partial<SubscriptionStanding>> {
  try {
    return told(await client.fhir.request(`Subscription/${id}/$status`));
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
}

/** Of R5 and R4B a SubscriptionStatus, of the Backport Parameters, in a Bundle or by itself. */
function told(answer: FhirResource): Partial<SubscriptionStanding> {
  const { resourceType, entry = [] } = answer as {
    resourceType: string;
    entry?: { resource?: FhirResource }[];
  };
  const resource = resourceType === 'Bundle' ? entry[0]?.resource : answer;
  const { status, events } =
    resource?.resourceType === 'Parameters'
      ? fromParameters(resource as unknown as Parameters)
      : fromStatus((resource ?? {}) as SubscriptionStatusResource);
  return {
    ...(status !== undefined && { status: statusOf(status) }),
    ...(Number.isSafeInteger(Number(events ?? NaN)) && { events: Number(events) }),
  };
}

/** integer64 comes as a string: https://hl7.org/fhir/R5/json.html#primitive */
interface SubscriptionStatusResource {
  readonly status?: string;
  readonly eventsSinceSubscriptionStart?: string | number;
}

interface Told {
  readonly status: string | undefined;
  readonly events: string | number | undefined;
}

function fromStatus({ status, eventsSinceSubscriptionStart: events }: SubscriptionStatusResource): Told {
  return { status, events };
}

function fromParameters({ parameter = [] }: Parameters): Told {
  const valueOf = (name: string): string | number | undefined => {
    const found = parameter.find((one) => one.name === name);
    return found?.valueCode ?? found?.valueString ?? found?.valueUnsignedInt ?? found?.valueInteger;
  };
  const status = valueOf('status');
  return {
    status: status === undefined ? undefined : String(status),
    events: valueOf('events-since-subscription-start'),
  };
}

/** What FHIR does not know delivers nothing that we could count on. */
function statusOf(text: string): SubscriptionStatus {
  if (text === 'entered-in-error') return 'off';
  return STATUSES.find((status) => status === text) ?? 'error';
}

import type { Resource, Subscription } from '@medplum/fhirtypes';
import { BACKPORT } from './topic-terms.js';

/** A Subscription of R5, https://hl7.org/fhir/R5/subscription.html: it came as JSON, nothing in it is sure. */
interface R5Subscription {
  readonly topic: string;
  readonly channelType?: { readonly code?: string };
  readonly endpoint?: string;
  readonly parameter?: readonly { readonly name?: string; readonly value?: string }[];
  readonly contentType?: string;
  readonly content?: string;
  readonly heartbeatPeriod?: number;
  readonly filterBy?: readonly {
    readonly resourceType?: string;
    readonly filterParameter?: string;
    readonly comparator?: string;
    readonly value?: string;
  }[];
}

/** Any resource as R4 has it: a Subscription of R5 becomes one of the Backport; every other stays what it is. */
export function asR4<T extends Resource>(resource: T): T {
  if (resource.resourceType !== 'Subscription' || !('topic' in resource)) return resource;
  const {
    topic,
    channelType,
    endpoint,
    parameter,
    contentType,
    content,
    heartbeatPeriod,
    filterBy,
    ...common
  } = resource as unknown as Subscription & R5Subscription;
  const filters = (filterBy ?? []).map(filterCriteria);
  return {
    ...common,
    criteria: topic,
    _criteria: { extension: filters.map((valueString) => extension('filter-criteria', { valueString })) },
    channel: {
      extension: heartbeatPeriod
        ? [extension('heartbeat-period', { valueUnsignedInt: heartbeatPeriod })]
        : [],
      type: channelType?.code,
      endpoint,
      header: (parameter ?? []).map(({ name, value }) => `${name ?? ''}: ${value ?? ''}`),
      payload: contentType ?? 'application/fhir+json',
      _payload: { extension: [extension('payload-content', { valueCode: content })] },
    },
  } as unknown as T;
}

type R5Filter = NonNullable<R5Subscription['filterBy']>[number];

function filterCriteria({
  resourceType = '',
  filterParameter,
  comparator = '',
  value = '',
}: R5Filter): string {
  const type = resourceType.slice(resourceType.lastIndexOf('/') + 1);
  return filterParameter
    ? `${type}?${filterParameter}=${comparator === 'eq' ? '' : comparator}${value}`
    : type;
}

const extension = (name: string, value: object) => ({ url: `${BACKPORT}backport-${name}`, ...value });

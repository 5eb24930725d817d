import { badRequest, OperationOutcomeError, parseSearchRequest } from '@medplum/core';
import type { Resource, Subscription } from '@medplum/fhirtypes';
import { asR4 } from './topic/r5-subscription.js';
import { topicTermsOf } from './topic/topic-terms.js';
import { isResourceType, isSearchParameter, loadDefinition } from '../r4/definitions.js';

const PAYLOADS: ReadonlySet<string | undefined> = new Set([
  undefined,
  'application/fhir+json',
  'application/json',
]);
const HEADER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const STATUSES: ReadonlySet<string> = new Set(['requested', 'active', 'error', 'off']);

/** Refuses a Subscription that could never deliver, by throwing OperationOutcomeError (400). */
export function checkSubscription(resource: Resource): void {
  if (resource.resourceType !== 'Subscription') return;
  // It came as JSON: none of its members is sure to be there.
  const subscription = asR4(resource);
  const { status, criteria, channel } = subscription as Partial<Subscription>;
  demand('status', typeof status === 'string' && STATUSES.has(status));
  demand('criteria', typeof criteria === 'string' && criteriaOf(subscription).every(isSupported));
  const overWebSocket = channel?.type === 'websocket' && !topicTermsOf(subscription);
  demand('channel.type', channel?.type === 'rest-hook' || overWebSocket);
  demand('channel.endpoint', overWebSocket || isHttpUrl(channel?.endpoint));
  demand('channel.payload', PAYLOADS.has(channel?.payload));
  demand(
    'channel.header',
    (channel?.header ?? []).every((header) => HEADER.test(header)),
  );
}

function criteriaOf(subscription: Subscription): readonly string[] {
  return topicTermsOf(subscription)?.filters ?? [subscription.criteria];
}

function isSupported(criteria: string): boolean {
  const { resourceType, filters = [] } = parseSearchRequest(criteria);
  if (!isResourceType(resourceType)) return false;
  loadDefinition(resourceType);
  return filters.every(({ code }) => isSearchParameter(resourceType, code));
}

function isHttpUrl(url: string | undefined): boolean {
  return url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}

function demand(element: string, holds: boolean): void {
  if (!holds)
    throw new OperationOutcomeError(
      badRequest(`Subscription.${element} is not supported`, `Subscription.${element}`),
    );
}

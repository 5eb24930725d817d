import { allOk, badRequest, gone, notFound, OperationOutcomeError, singularize } from '@medplum/core';
import type { FhirRequest, FhirRouter } from '@medplum/fhir-router';
import type { VersionStore } from '../fhir/version-store.js';
import type { SubscriptionsService } from './subscriptions.service.js';
import type { TopicLine } from './topic/topic.line.js';
import type { NotificationContent } from './topic/topic-terms.js';

const CONTENTS: readonly NotificationContent[] = ['empty', 'id-only', 'full-resource'];

/** Operations on Subscriptions (Backport and R5), and Medplum's $resend. */
export function addSubscriptionRoutes(
  router: FhirRouter,
  subscriptions: SubscriptionsService,
  versions: VersionStore,
  hasEvents: boolean,
): void {
  const topicLine = ({ params }: FhirRequest): TopicLine => {
    const line = subscriptions.topicLine(params['id'] ?? '');
    if (!line) throw new OperationOutcomeError(notFound);
    return line;
  };

  router.add('GET', 'Subscription/:id/$status', (request) =>
    Promise.resolve([allOk, topicLine(request).status()]),
  );
  if (hasEvents)
    router.add('GET', 'Subscription/:id/$events', (request) => {
      const line = topicLine(request);
      const since = numberOf(request, 'eventsSinceNumber') ?? 1;
      const until = numberOf(request, 'eventsUntilNumber') ?? Number.MAX_SAFE_INTEGER;
      return Promise.resolve([allOk, line.query(since, until, contentOf(request))]);
    });
  router.add('GET', 'Subscription/:id/$get-ws-binding-token', ({ params }) => {
    const token = subscriptions.bindingToken(params['id'] ?? '');
    if (!token) throw new OperationOutcomeError(badRequest('This is no active Subscription for WebSockets'));
    return Promise.resolve([allOk, token]);
  });
  router.add('POST', ':resourceType/:id/$resend', async ({ params }) => {
    const newest = versions.newest(params['resourceType'] ?? '', params['id'] ?? '');
    if (!newest) throw new OperationOutcomeError(notFound);
    if (!newest.resource) throw new OperationOutcomeError(gone);
    await subscriptions.publish([newest]);
    return [allOk];
  });
}

function numberOf({ query }: FhirRequest, name: string): number | undefined {
  const value = singularize(query[name]);
  if (value !== undefined && !/^\d{1,15}$/.test(value))
    throw new OperationOutcomeError(badRequest(`${name} is not a natural number`));
  return value === undefined ? undefined : Number(value);
}

function contentOf({ query }: FhirRequest): NotificationContent | undefined {
  const value = singularize(query['content']);
  const content = CONTENTS.find((one) => one === value);
  if (value !== undefined && !content)
    throw new OperationOutcomeError(badRequest(`content is one of ${CONTENTS.join(', ')}`));
  return content;
}

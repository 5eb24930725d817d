import { resourceMatchesSubscriptionCriteria } from '@medplum/core';
import type { Subscription } from '@medplum/fhirtypes';
import type { ResourceVersion, VersionStore } from '../fhir/version-store.js';
import { topicTermsOf } from './topic/topic-terms.js';

/** Whether a Subscription is to hear of a version. A deletion matches when the version before it did. */
export async function hearsOf(
  subscription: Subscription,
  version: ResourceVersion,
  versions: VersionStore,
): Promise<boolean> {
  const previous = versions.before(version)?.resource;
  const resource = version.resource ?? previous;
  if (!resource || hasEnded(subscription)) return false;
  const criteria = criteriaFor(subscription, version.type);
  if (criteria === 'everything') return version.type !== 'Subscription';
  const matches = criteria.map((one) =>
    resourceMatchesSubscriptionCriteria({
      resource,
      subscription: { ...subscription, criteria: one },
      context: { interaction: version.interaction },
      getPreviousResource: () => Promise.resolve(previous),
    }).catch(() => false),
  );
  return criteria.length > 0 && (await Promise.all(matches)).every(Boolean);
}

/** What a resource of a type has to match, all of it; nothing for a type that the Subscription does not name. */
function criteriaFor(subscription: Subscription, type: string): readonly string[] | 'everything' {
  const terms = topicTermsOf(subscription);
  if (!terms) return [subscription.criteria];
  if (terms.filters.length === 0) return 'everything';
  return terms.filters.filter((filter) => filter.split('?')[0] === type);
}

function hasEnded({ end }: Subscription): boolean {
  return end !== undefined && Date.parse(end) <= Date.now();
}

import { isDeepStrictEqual } from 'node:util';
import type { Source } from '#ports';
import { BACKPORT, BACKPORT_PROFILE, extensionsNamed, SECRET_EXTENSIONS } from './extensions.js';
import { membersFor, type SubscriptionMembers } from './subscription-members.js';
import type { FilterBy, StoredSubscription, SubscriptionResource } from './subscription-resource.js';

/** What each way of writing a Subscription sets; the rest of an existing one is kept. */
const OURS = [
  'criteria',
  '_criteria',
  'channel',
  'name',
  'topic',
  'filterBy',
  'channelType',
  'endpoint',
  'parameter',
  'heartbeatPeriod',
  'contentType',
  'content',
  // What went wrong, and when it was to end, are of the past.
  'error',
  'end',
] as const;

/** One Subscription that a source is to have. */
export interface WantedSubscription {
  readonly criteria: string;
  /** The resource to create, or to put over an existing one: requested. */
  over(existing?: StoredSubscription): SubscriptionResource;
  /** Whether an existing one works as wanted, or is about to, until `until`. */
  agrees(existing: StoredSubscription, until: Date): boolean;
}

/** Throws PortError SOURCE.REFUSED when the source's settings allow none. */
export function wantedSubscription(source: Source, criteria: string, endpoint: string): WantedSubscription {
  const members = membersFor(source, criteria, endpoint);
  const wanted = facetsOf(written(members));
  return {
    criteria,
    over: (existing) => written(members, existing),
    agrees: (existing, until) =>
      ['active', 'requested'].includes(existing.status) &&
      (existing.end === undefined || Date.parse(existing.end) >= until.getTime()) &&
      isDeepStrictEqual(facetsOf(existing), wanted),
  };
}

function written(
  { secrets, meta: wantedMeta, ...members }: SubscriptionMembers,
  existing?: StoredSubscription,
): SubscriptionResource {
  const { extension: had = [], meta = {}, ...kept } = { ...existing };
  for (const name of OURS) Reflect.deleteProperty(kept, name);
  const extension = [...had.filter(({ url }) => !SECRET_EXTENSIONS.includes(url)), ...secrets];
  const { profile: said = [], ...rest } = meta;
  // By this profile HAPI tells what is about a topic.
  const profile = [...said.filter((one) => one !== BACKPORT_PROFILE), ...(wantedMeta?.profile ?? [])];
  const newMeta = { ...rest, ...(profile.length > 0 && { profile }) };
  return {
    ...kept,
    resourceType: 'Subscription',
    status: 'requested',
    reason: existing?.reason ?? 'Attestry records every change that matches',
    ...members,
    // FHIR has no empty arrays, and no empty objects.
    ...(Object.keys(newMeta).length > 0 && { meta: newMeta }),
    ...(extension.length > 0 && { extension }),
  };
}

/** The criterion that a Subscription stands for: of R5 its name, of the Backport its filter. */
export function criterionOf(subscription: SubscriptionResource): string {
  const { name, criteria } = subscription;
  return name ?? filtersOf(subscription)[0] ?? criteria ?? '';
}

/**
 * What has to be as it was asked for. Not in it: what servers leave out or round, the period of heartbeats and the
 * extension of HAPI.
 */
function facetsOf(subscription: SubscriptionResource): object {
  const { criteria, topic, channel, channelType, contentType, parameter = [] } = subscription;
  const [content] = extensionsNamed(channel?._payload, `${BACKPORT}backport-payload-content`);
  return {
    about: topic ?? criteria,
    filters: filtersOf(subscription),
    type: channel?.type ?? channelType?.code,
    payload: channel?.payload ?? contentType,
    content: content?.valueCode ?? subscription.content,
    headers: channel?.header ?? parameter.map(({ name = '', value = '' }) => `${name}: ${value}`),
    secrets: secretsOf(subscription),
  };
}

function filtersOf({ _criteria, filterBy = [] }: SubscriptionResource): string[] {
  const backported = extensionsNamed(_criteria, `${BACKPORT}backport-filter-criteria`);
  return [...backported.map(({ valueString = '' }) => valueString), ...filterBy.map(filterText)];
}

function filterText({ resourceType, filterParameter, modifier, comparator, value }: FilterBy): string {
  const type = resourceType?.slice(resourceType.lastIndexOf('/') + 1);
  return JSON.stringify([type, filterParameter, modifier, comparator, value]);
}

function secretsOf({ extension = [] }: SubscriptionResource): string[] {
  return extension
    .filter(({ url }) => SECRET_EXTENSIONS.includes(url))
    .map(({ url, valueString }) => `${url} ${valueString ?? ''}`)
    .sort();
}

import type { Extension } from '@medplum/fhirtypes';
import type { Source, SourceSettings } from '#ports';
import { refused } from '../fhir-rest.errors.js';
import { BACKPORT, BACKPORT_PROFILE, SECRET_EXTENSIONS, SEND_DELETES } from './extensions.js';
import { filterBy } from './filter-by.js';
import type { SubscriptionResource } from './subscription-resource.js';

/** What a Subscription says of one criterion, and the extensions that carry the HMAC secret; none without one. */
export type SubscriptionMembers = Partial<Omit<SubscriptionResource, 'extension'>> & {
  readonly secrets: readonly Extension[];
};

const PAYLOAD = 'application/fhir+json';
const CHANNEL_TYPES = 'http://terminology.hl7.org/CodeSystem/subscription-channel-type';

/** As the source's version and channel have it. Throws PortError SOURCE.REFUSED for settings that no Subscription fits. */
export function membersFor(source: Source, criteria: string, endpoint: string): SubscriptionMembers {
  const { fhirVersion, settings } = source;
  if (settings.channel === 'topic')
    return fhirVersion === 'R5'
      ? topicOfR5(source, criteria, endpoint)
      : backportedTopic(source, criteria, endpoint);
  if (fhirVersion === 'R5')
    throw refused('Subscriptions of R5 are about topics: declare settings.channel topic, and settings.topic');
  return settings.channel === 'websocket'
    ? { criteria, channel: { type: 'websocket', endpoint, payload: PAYLOAD }, secrets: [] }
    : restHook(source, criteria, endpoint);
}

/** https://hl7.org/fhir/R4/subscription.html */
function restHook(source: Source, criteria: string, endpoint: string): SubscriptionMembers {
  return {
    criteria,
    channel: {
      extension: [SEND_DELETES],
      type: 'rest-hook',
      endpoint,
      payload: PAYLOAD,
      ...headersOf(source),
    },
    secrets: secretsOf(source),
  };
}

/** R4 and R4B: https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription.html */
function backportedTopic(source: Source, criteria: string, endpoint: string): SubscriptionMembers {
  const { settings } = source;
  return {
    meta: { profile: [BACKPORT_PROFILE] },
    criteria: topicOf(settings),
    _criteria: { extension: [{ url: `${BACKPORT}backport-filter-criteria`, valueString: criteria }] },
    channel: {
      extension: [
        { url: `${BACKPORT}backport-heartbeat-period`, valueUnsignedInt: heartbeatSeconds(settings) },
        SEND_DELETES,
      ],
      type: 'rest-hook',
      endpoint,
      payload: PAYLOAD,
      _payload: {
        extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: settings.content }],
      },
      ...headersOf(source),
    },
    secrets: secretsOf(source),
  };
}

/** https://hl7.org/fhir/R5/subscription.html */
function topicOfR5(source: Source, criteria: string, endpoint: string): SubscriptionMembers {
  const { authentication, settings } = source;
  return {
    name: criteria,
    topic: topicOf(settings),
    filterBy: filterBy(criteria),
    channelType: { system: CHANNEL_TYPES, code: 'rest-hook' },
    endpoint,
    ...(authentication.kind === 'header' && {
      parameter: [{ name: authentication.header, value: authentication.secret }],
    }),
    heartbeatPeriod: heartbeatSeconds(settings),
    contentType: PAYLOAD,
    content: settings.content,
    secrets: secretsOf(source),
  };
}

function topicOf({ topic }: SourceSettings): string {
  if (topic === undefined)
    throw refused('Channel topic needs the canonical URL of one: declare settings.topic');
  return topic;
}

/** Three heartbeats within the silence that is borne, so that one may be late. */
function heartbeatSeconds({ heartbeatMs }: SourceSettings): number {
  return Math.max(Math.floor(heartbeatMs / 3000), 1);
}

function headersOf({ authentication }: Source): { header?: string[] } {
  return authentication.kind === 'header'
    ? { header: [`${authentication.header}: ${authentication.secret}`] }
    : {};
}

function secretsOf({ authentication }: Source): readonly Extension[] {
  return authentication.kind === 'hmac'
    ? SECRET_EXTENSIONS.map((url) => ({ url, valueString: authentication.secret }))
    : [];
}

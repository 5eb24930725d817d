import type { Extension, Subscription } from '@medplum/fhirtypes';
import type { Source } from '#ports';

/** Medplum reads the first; it has written both. */
const SECRET_EXTENSIONS: readonly string[] = [
  'https://www.medplum.com/fhir/StructureDefinition/subscription-secret',
  'https://medplum.com/fhir/StructureDefinition/subscription-secret',
];

const PAYLOAD = 'application/fhir+json';

/** What one Subscription has to say, https://hl7.org/fhir/R4/subscription.html */
export interface WantedSubscription {
  readonly criteria: string;
  readonly channel: { type: 'rest-hook'; endpoint: string; payload: typeof PAYLOAD; header?: string[] };
  /** The extensions that carry the HMAC secret; empty without one. */
  readonly secrets: readonly Extension[];
}

export function wantedSubscription(source: Source, criteria: string, endpoint: string): WantedSubscription {
  const { authentication } = source;
  const channel = { type: 'rest-hook', endpoint, payload: PAYLOAD } as const;
  return authentication.kind === 'hmac'
    ? {
        criteria,
        channel,
        secrets: SECRET_EXTENSIONS.map((url) => ({ url, valueString: authentication.secret })),
      }
    : {
        criteria,
        channel: { ...channel, header: [`${authentication.header}: ${authentication.secret}`] },
        secrets: [],
      };
}

/** Whether an existing Subscription works as wanted, or is about to. */
export function agrees(existing: Subscription, wanted: WantedSubscription): boolean {
  const { channel } = existing;
  return (
    (existing.status === 'active' || existing.status === 'requested') &&
    existing.end === undefined &&
    channel.type === wanted.channel.type &&
    channel.payload === wanted.channel.payload &&
    sameList(channel.header, wanted.channel.header) &&
    sameList(secretsOf(existing), secretsOf({ extension: [...wanted.secrets] }))
  );
}

/** The Subscription to create, or to put over an existing one: requested, everything else of it kept. */
export function requestedSubscription(wanted: WantedSubscription, existing?: Subscription): Subscription {
  const extension = [
    ...(existing?.extension ?? []).filter(({ url }) => !SECRET_EXTENSIONS.includes(url)),
    ...wanted.secrets,
  ];
  const subscription: Subscription = {
    ...existing,
    resourceType: 'Subscription',
    status: 'requested',
    reason: existing?.reason ?? 'Attestry records every change that matches',
    criteria: wanted.criteria,
    channel: wanted.channel,
    extension,
  };
  // What went wrong, and when it was to end, are of the past; FHIR has no empty arrays.
  delete subscription.error;
  delete subscription.end;
  if (extension.length === 0) delete subscription.extension;
  return subscription;
}

function secretsOf({ extension }: Pick<Subscription, 'extension'>): string[] {
  return (extension ?? [])
    .filter(({ url }) => SECRET_EXTENSIONS.includes(url))
    .map(({ url, valueString }) => `${url} ${valueString ?? ''}`)
    .sort();
}

function sameList(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

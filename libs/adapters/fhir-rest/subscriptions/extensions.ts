import type { Extension } from '@medplum/fhirtypes';

/** Where the HMAC secret stands: Medplum reads the first; it has written both. */
export const SECRET_EXTENSIONS: readonly string[] = [
  'https://www.medplum.com/fhir/StructureDefinition/subscription-secret',
  'https://medplum.com/fhir/StructureDefinition/subscription-secret',
];

/** https://hl7.org/fhir/uv/subscriptions-backport/artifacts.html#structures-extension-definitions */
export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';

/** What a topic-based Subscription says it is. */
export const BACKPORT_PROFILE = `${BACKPORT}backport-subscription`;

/** Has HAPI tell of deletions; to others it means nothing. */
export const SEND_DELETES: Extension = {
  url: 'http://hapifhir.io/fhir/StructureDefinition/subscription-send-delete-messages',
  valueBoolean: true,
};

export function extensionsNamed(
  element: { readonly extension?: readonly Extension[] | undefined } | undefined,
  name: string,
): readonly Extension[] {
  return (element?.extension ?? []).filter(({ url }) => url === name);
}

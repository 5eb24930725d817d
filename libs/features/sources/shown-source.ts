import type { Source, SourceSettings } from '#ports';

/** A source as it is shown: without its secrets. */
export interface ShownSource {
  readonly name: string;
  readonly base: string;
  readonly fhirVersion: string;
  readonly authentication: 'hmac' | 'header';
  /** Whether the secret before this one is still accepted. */
  readonly rotating: boolean;
  readonly access: string;
  readonly criteria: readonly string[];
  readonly settings: SourceSettings;
}

/** A source that was declared or changed just now, with the ids of its Subscriptions at the FHIR server. */
export type ShownRegistration = ShownSource & { readonly subscriptions: readonly string[] };

export function shownSource(source: Source): ShownSource {
  const { name, base, fhirVersion, authentication, access, criteria, settings } = source;
  return {
    name,
    base,
    fhirVersion,
    authentication: authentication.kind,
    rotating: authentication.previousSecret !== undefined,
    access: access.kind,
    criteria,
    settings,
  };
}

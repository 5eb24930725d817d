/** A resource, or one version of it, by name. */
export interface ResourceName {
  readonly type: string;
  readonly id: string;
  readonly version: string | undefined;
}

/** https://hl7.org/fhir/R4/datatypes.html#id */
const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;
/** `Type/id` or `Type/id/_history/version`: https://hl7.org/fhir/R4/references.html#literal */
const NAME = /^\/?([A-Z][A-Za-z]{0,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** Whether a URL names something that is not below `base`: `urn:uuid:…`, or another server's. */
export function isElsewhere(url: string | undefined, base: string): boolean {
  return url !== undefined && ABSOLUTE.test(url) && !url.startsWith(`${base}/`);
}

/** Reads a reference, relative or below `base`; undefined for any other. */
export function nameIn(url: string | undefined, base: string): ResourceName | undefined {
  if (url === undefined) return undefined;
  const [, type, id, version] = NAME.exec(url.startsWith(`${base}/`) ? url.slice(base.length) : url) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id, version };
}

/** The same whatever the server calls itself: only the last segments of the URL count. */
export function nameAtEndOf(url: string | undefined): ResourceName | undefined {
  const path = /\/([A-Z][A-Za-z]{0,63}\/[^/?#]+(?:\/_history\/[^/?#]+)?)$/.exec(`/${url ?? ''}`)?.[1];
  return nameIn(path, '');
}

/** The version in an entity tag, `W/"3"`: https://hl7.org/fhir/R4/http.html#versioning */
export function entityTagVersion(text: string | undefined): string | undefined {
  const version = /^(?:W\/)?"([^"]+)"$/.exec(text ?? '')?.[1];
  return version !== undefined && FHIR_ID.test(version) ? version : undefined;
}

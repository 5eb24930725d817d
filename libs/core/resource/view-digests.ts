import { sha256 } from '#sha256';
import { withCanonicalBytes } from '../canonical/canonicalise.js';
import type { JsonDocument } from '../canonical/json-document.js';
import { exactDocument } from './exact-view.js';
import type { FhirResource } from './fhir-resource.js';
import { makePortable } from './portable-view.js';

/** SHA-256 over the UTF-8 form of each view: 32 bytes each. */
export interface ResourceViewDigests {
  readonly exact: Uint8Array;
  readonly portable: Uint8Array;
}

/** @param base FHIR base URL, without a trailing slash, that references may begin with */
export function viewDigests(resource: FhirResource, base?: string): ResourceViewDigests {
  return digestViews(exactDocument(resource.document), base);
}

/** The same from the exact view's document, which becomes the portable view's. */
export function digestViews(document: JsonDocument, base: string | undefined): ResourceViewDigests {
  const exact = withCanonicalBytes(document, sha256);
  makePortable(document, base);
  return { exact, portable: withCanonicalBytes(document, sha256) };
}

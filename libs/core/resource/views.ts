import { canonicalText } from '../canonical/canonicalise.js';
import { exactDocument } from './exact-view.js';
import type { FhirResource } from './fhir-resource.js';
import { makePortable } from './portable-view.js';

/** Canonical text of the exact view: what the source holds (docs/spec/views.md). */
export function exactView(resource: FhirResource): string {
  return canonicalText(exactDocument(resource.document));
}

/**
 * Canonical text of the portable view: what survives being copied to another server (docs/spec/views.md).
 * @param base FHIR base URL, without a trailing slash, that references may begin with
 */
export function portableView(resource: FhirResource, base?: string): string {
  const document = exactDocument(resource.document);
  makePortable(document, base);
  return canonicalText(document);
}

import { referencedBases, viewDigests, type FhirResource } from '#core';
import type { DigestQuery } from '#ports';

/**
 * The digests under which a resource may be known. The portable view depends on the source's base URL, which a copy
 * does not tell: so it is made once without, and once for each known base that the copy's references begin with.
 */
export function digestQuery(resource: FhirResource, bases: readonly string[]): DigestQuery {
  const { exact, portable } = viewDigests(resource);
  const others = referencedBases(resource, bases).map((base) => viewDigests(resource, base).portable);
  return { exact, portable: [portable, ...others], type: resource.type, id: resource.id };
}

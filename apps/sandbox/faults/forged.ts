import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { Faults } from './faults.js';

/** A language tag for private use (RFC 5646, section 2.2.7): valid in every resource, and in no genuine one. */
const FORGED_LANGUAGE = 'x-forged';

/** What is served of a resource, or of every resource in a Bundle that the server made: some with other content. */
export function served<T extends Resource>(resource: T, faults: Faults): T {
  const made = resource.resourceType === 'Bundle' && resource.meta?.versionId === undefined;
  if (made) return servedBundle(resource, faults) as T;
  const { resourceType, id } = resource;
  if (id === undefined || !faults.forges(resourceType, id)) return resource;
  return { ...resource, language: FORGED_LANGUAGE };
}

function servedBundle(bundle: Bundle, faults: Faults): Bundle {
  if (!bundle.entry) return bundle;
  return {
    ...bundle,
    entry: bundle.entry.map((entry) =>
      entry.resource ? { ...entry, resource: served(entry.resource, faults) } : entry,
    ),
  };
}

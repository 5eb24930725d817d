import { observation, type Observation } from './observation.js';
import { SOURCE } from './source.js';

/** What a partner may hold of a recorded resource, named by the verdict that it gets. */
export type CopyKind = 'exact' | 'portable' | 'partial' | 'none';

/** Numbers from here on are never recorded. */
const UNKNOWN_FROM = 10_000_000;
const HOUR = 3_600_000;

/** A copy of the resource of that number. */
export function copyOf(kind: CopyKind, number: number): object {
  const resource = observation(number);
  switch (kind) {
    case 'exact':
      return resource;
    case 'portable':
      return elsewhere(resource);
    case 'partial':
      return { ...resource, status: 'amended' };
    case 'none':
      return observation(UNKNOWN_FROM + number);
  }
}

/** The next version of a resource, an hour later. */
export function nextVersion(resource: Observation): Observation {
  const lastUpdated = new Date(Date.parse(resource.meta.lastUpdated) + HOUR).toISOString();
  return { ...resource, meta: { ...resource.meta, versionId: '2', lastUpdated }, status: 'corrected' };
}

/** As another server holds it: its own id, meta and narrative, references within itself. */
function elsewhere({ meta: _meta, ...resource }: Observation): object {
  const reference = resource.subject.reference.slice(SOURCE.base.length + 1);
  const div = '<div xmlns="http://www.w3.org/1999/xhtml">Body weight</div>';
  return {
    ...resource,
    id: `copy-${resource.id}`,
    meta: { versionId: '7', lastUpdated: '2025-06-01T00:00:00Z' },
    text: { status: 'generated', div },
    subject: { reference },
  };
}

import { CoreError } from '../core.errors.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import type { Change } from './announcement.js';
import type { BundleEntry } from './bundle-entry.js';
import { entityTagVersion, isElsewhere, nameAtEndOf, nameIn, type ResourceName } from './resource-name.js';

/** Types of Bundles whose entries may be anybody's, or are yet to be carried out; all others tell what a server holds. */
const OF_ANYBODY: ReadonlySet<string | undefined> = new Set([
  'batch',
  'transaction',
  'collection',
  'document',
  'message',
  undefined,
]);

/**
 * What an entry of a Bundle tells of the source at `base`; undefined where that is nothing: a resource of another
 * server, an outcome, a request that says nothing of what became of it.
 * Throws CoreError for an entry that cannot be understood.
 */
export function entryChange(
  entry: BundleEntry,
  bundleType: string | undefined,
  base: string,
): Exclude<Change, { kind: 'unreadable' }> | undefined {
  const ofAnybody = OF_ANYBODY.has(bundleType);
  if (ofAnybody && isElsewhere(entry.fullUrl, base)) return undefined;
  if (isDeletion(entry)) return deletionOf(entry, base);
  const resource = entry.resource();
  const isOutcome = entry.mode === 'outcome' || resource?.type === 'OperationOutcome';
  if (isOutcome && resource?.id === undefined) return undefined;
  // What a transaction is still to create gets another id.
  if (ofAnybody && entry.method === 'POST' && entry.status === undefined) return undefined;
  if (resource?.id !== undefined) return { kind: 'content', resource, interaction: interactionOf(entry) };
  if (ofAnybody && resource) return undefined;
  if (resource) throw new CoreError('RESOURCE.NOT_A_RESOURCE', 'expected a resource with an id');
  return namedBy(entry, base);
}

function namedBy(entry: BundleEntry, base: string): Extract<Change, { kind: 'named' }> | undefined {
  if (entry.method === 'GET' || entry.method === 'HEAD') return undefined;
  const name = nameOf(entry, base);
  if (!name) throw new CoreError('BUNDLE.MALFORMED', 'an entry names no resource');
  return { kind: 'named', ...name, interaction: interactionOf(entry) };
}

/** HAPI and others write the method DELETE; Medplum answers the entry with status 410. */
function isDeletion({ method, status }: BundleEntry): boolean {
  return method === 'DELETE' || status?.startsWith('410') === true;
}

/** Confirmed only where it says its version, as histories do. */
function deletionOf(entry: BundleEntry, base: string): Exclude<Change, { kind: 'unreadable' | 'content' }> {
  const held = entry.resource();
  const name = nameOf(entry, base) ?? heldName(held);
  if (!name) throw new CoreError('BUNDLE.MALFORMED', 'a deletion names no resource');
  const { type, id } = name;
  const version = entityTagVersion(entry.etag) ?? held?.versionId ?? name.version;
  if (version === undefined) return { kind: 'named', type, id, version, interaction: 'delete' };
  return { kind: 'deletion', type, id, version, lastUpdated: instantOf(entry, held) };
}

function nameOf({ url, location, fullUrl, etag }: BundleEntry, base: string): ResourceName | undefined {
  const names = [nameIn(url, base), nameAtEndOf(location), nameAtEndOf(fullUrl), nameAtEndOf(url)];
  const first = names.find((name) => name !== undefined);
  const version = entityTagVersion(etag) ?? names.find((name) => name?.version !== undefined)?.version;
  return first && { ...first, version };
}

function heldName(held: FhirResource | undefined): ResourceName | undefined {
  return held?.id === undefined ? undefined : { type: held.type, id: held.id, version: held.versionId };
}

function instantOf({ lastModified }: BundleEntry, held: FhirResource | undefined): string | undefined {
  const instant = lastModified ?? held?.lastUpdated;
  return instant === undefined || Number.isNaN(Date.parse(instant)) ? undefined : instant;
}

function interactionOf({ method, status }: BundleEntry): 'create' | 'update' | undefined {
  if (method === 'POST' || status?.startsWith('201')) return 'create';
  return method === 'PUT' || method === 'PATCH' ? 'update' : undefined;
}

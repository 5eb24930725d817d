import { notFound, OperationOutcomeError, type WithId } from '@medplum/core';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import type { Interaction, ResourceVersion } from './version-store.js';

/** What a history request asks for, https://hl7.org/fhir/R4/http.html#history */
export interface HistoryQuery {
  readonly since?: string | undefined;
  readonly count?: number | undefined;
  readonly offset?: number | undefined;
}

const METHODS = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const satisfies Record<
  Interaction,
  string
>;
const STATUS = { create: '201', update: '200', delete: '204' } as const satisfies Record<Interaction, string>;

/** A history Bundle of `versions` (oldest first), newest first. */
export function historyBundle(
  versions: readonly ResourceVersion[],
  query: HistoryQuery,
): Bundle<WithId<Resource>> {
  const since = query.since === undefined ? -Infinity : Date.parse(query.since);
  const wanted = versions.filter((version) => Date.parse(version.lastUpdated) >= since).reverse();
  const offset = query.offset ?? 0;
  const page = wanted.slice(offset, offset + (query.count ?? wanted.length));
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: wanted.length,
    entry: page.map((version) => historyEntry(version)),
  };
}

/** The history of one resource; throws OperationOutcomeError (404) when it never existed. */
export function instanceHistory(
  versions: readonly ResourceVersion[],
  query: HistoryQuery,
): Bundle<WithId<Resource>> {
  if (versions.length === 0) throw new OperationOutcomeError(notFound);
  return historyBundle(versions, query);
}

function historyEntry(version: ResourceVersion): BundleEntry<WithId<Resource>> {
  const reference = `${version.type}/${version.id}`;
  return {
    fullUrl: reference,
    ...(version.resource && { resource: version.resource }),
    request: {
      method: METHODS[version.interaction],
      url: version.interaction === 'create' ? version.type : reference,
    },
    response: {
      status: STATUS[version.interaction],
      etag: `W/"${version.versionId}"`,
      lastModified: version.lastUpdated,
    },
  };
}

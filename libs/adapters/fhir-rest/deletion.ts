import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import { entityTagVersion } from '#core';
import type { SourceAnswer } from '#ports';
import { malformed, SourceStatusError } from './fhir-rest.errors.js';
import { FHIR_ID } from './reference.js';
import type { SourceClient } from './transport/source-client.js';

type Deletion = Extract<SourceAnswer, { state: 'deleted' }>;

/**
 * The deletion that a 410 speaks of, from the newest entry of the instance's history
 * (https://hl7.org/fhir/R4/http.html#history); undefined when the resource is there again.
 * @param gone the 410: its ETag tells the version where a source has no history
 */
export async function readDeletion(
  client: SourceClient,
  type: string,
  id: string,
  gone: SourceStatusError,
): Promise<Deletion | undefined> {
  const bundle = await historyOf(client, type, id, 1);
  const newest = bundle?.entry?.[0];
  if (newest && !isDeletion(newest)) return undefined;
  const versionId = (newest && versionOf(newest)) ?? entityTagVersion(gone.headers.get('etag') ?? undefined);
  if (versionId === undefined) throw malformed('The source tells no version of a deletion');
  return { state: 'deleted', versionId, lastUpdated: newest && instantOf(newest) };
}

/**
 * What a 410 for one version speaks of: some sources answer it for the deletion, others for every version of a resource
 * that is deleted. `unknown` when the history tells that this version was none.
 */
export async function readDeletedVersion(
  client: SourceClient,
  type: string,
  id: string,
  versionId: string,
): Promise<SourceAnswer> {
  const entries = (await historyOf(client, type, id, 100))?.entry ?? [];
  const entry = entries.find((one) => versionOf(one) === versionId);
  if (entry && !isDeletion(entry)) return { state: 'unknown' };
  return { state: 'deleted', versionId, lastUpdated: entry && instantOf(entry) };
}

async function historyOf(
  client: SourceClient,
  type: string,
  id: string,
  count: number,
): Promise<Bundle | undefined> {
  try {
    return (await client.fhir.request(`${type}/${id}/_history?_count=${count}`)) as unknown as Bundle;
  } catch (error) {
    if (error instanceof SourceStatusError && error.advice === 'stop') return undefined;
    throw error;
  }
}

/** HAPI and others write the method DELETE; Medplum answers the entry with status 410. */
function isDeletion({ request, response }: BundleEntry): boolean {
  return request?.method === 'DELETE' || response?.status.startsWith('410') === true;
}

function versionOf({ response, resource, request, fullUrl }: BundleEntry): string | undefined {
  const candidates = [
    entityTagVersion(response?.etag),
    resource?.meta?.versionId,
    /\/_history\/([^/?]+)$/.exec(request?.url ?? '')?.[1],
    /\/_history\/([^/?]+)$/.exec(fullUrl ?? '')?.[1],
  ];
  return candidates.find((version) => version !== undefined && FHIR_ID.test(version));
}

function instantOf({ response, resource }: BundleEntry): string | undefined {
  const instant = response?.lastModified ?? resource?.meta?.lastUpdated;
  return instant !== undefined && Number.isNaN(Date.parse(instant)) ? undefined : instant;
}

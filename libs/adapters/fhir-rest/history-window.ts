import type { Bundle } from '@medplum/fhirtypes';

/**
 * Whether the pages after this one can hold anything from `since` on. A history has its newest versions first
 * (https://hl7.org/fhir/R4/http.html#history), so one that ignores `_since` ends for us where only older ones come.
 */
export function reaches(bundle: Bundle, since: Date): boolean {
  const times = (bundle.entry ?? []).map(({ resource, response }) =>
    Date.parse(resource?.meta?.lastUpdated ?? response?.lastModified ?? ''),
  );
  // A second to spare: HTTP dates have no fractions.
  return times.length === 0 || times.some((time) => Number.isNaN(time) || time >= since.getTime() - 1_000);
}

import type { Bundle, BundleEntry, BundleLink } from '@medplum/fhirtypes';

/**
 * A Bundle that the server made (search, history, batch), with the absolute URLs and entity tags that clients expect.
 * @param url path and query that were asked for, when it may have further pages
 */
export function withAbsoluteUrls(bundle: Bundle, base: string, url: string | undefined): Bundle {
  return {
    ...bundle,
    ...(url !== undefined && { link: pageLinks(bundle, `${base}${url}`) }),
    entry: (bundle.entry ?? []).map((entry) => linkedEntry(entry, base)),
  };
}

function pageLinks(bundle: Bundle, self: string): BundleLink[] {
  const links: BundleLink[] = [{ relation: 'self', url: self }];
  const next = new URL(self);
  const offset = Number(next.searchParams.get('_offset') ?? 0);
  const matches = (bundle.entry ?? []).filter((entry) => entry.search?.mode !== 'include').length;
  if (matches > 0 && offset + matches < (bundle.total ?? 0)) {
    next.searchParams.set('_offset', String(offset + matches));
    links.push({ relation: 'next', url: next.href });
  }
  return links;
}

function linkedEntry(entry: BundleEntry, base: string): BundleEntry {
  const meta = entry.resource?.meta;
  const { response } = entry;
  return {
    ...entry,
    ...(entry.fullUrl !== undefined && { fullUrl: `${base}/${entry.fullUrl}` }),
    ...(response && {
      response: {
        ...response,
        ...(meta?.versionId !== undefined && { etag: `W/"${meta.versionId}"` }),
        ...(meta?.lastUpdated !== undefined && { lastModified: meta.lastUpdated }),
        ...(response.location !== undefined &&
          meta?.versionId !== undefined && { location: `${response.location}/_history/${meta.versionId}` }),
      },
    }),
  };
}

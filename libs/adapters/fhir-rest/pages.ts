import type { Bundle } from '@medplum/fhirtypes';
import type { SourcePage } from '#ports';
import { isMissing, malformed, pageGone, SourceStatusError, unsupported } from './fhir-rest.errors.js';
import type { SourceClient } from './transport/source-client.js';

/** More than any source has, so that one whose pages have no end is left some day. */
const MAX_PAGES = 1_000_000;
/** Pages without an entry, one after the other, before we take it that nothing comes any more. */
const MAX_EMPTY_PAGES = 100;
/** A page that is not kept any more, as a search whose results have expired: HAPI answers 410. */
const GONE: ReadonlySet<number> = new Set([404, 410]);

/** A Bundle of pages, and where to begin. */
export interface PagesWanted {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The page to go on from, as an earlier answer named it. */
  readonly page?: string | undefined;
  /** Told each page; answers whether those after it are wanted. */
  readonly goesOn?: (bundle: Bundle) => boolean;
}

/**
 * The pages of a Bundle, by its `next` links: https://hl7.org/fhir/R4/http.html#paging
 * Throws PortError SOURCE.UNSUPPORTED when the source has no such interaction, SOURCE.PAGE_GONE when a page has expired.
 */
export async function* pagesFrom(
  client: SourceClient,
  wanted: PagesWanted,
): AsyncGenerator<SourcePage, void, undefined> {
  const query = new URLSearchParams(wanted.parameters).toString();
  let url: string | undefined = wanted.page ?? (query === '' ? wanted.path : `${wanted.path}?${query}`);
  const ends = endOfPages();
  for (let first = wanted.page === undefined; url !== undefined; first = false) {
    const resource = await client.fhir.request(url).catch((error: unknown) => {
      throw first && isMissing(error) ? unsupported() : isGone(error) && !first ? pageGone() : error;
    });
    if (resource.resourceType !== 'Bundle')
      throw malformed('The source answered something that is no Bundle');
    const bundle = resource as unknown as Bundle;
    const next: string | undefined = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    const more = (wanted.goesOn?.(bundle) ?? true) && next !== undefined;
    if (more) ends.check(next, (bundle.entry ?? []).length);
    const answeredAt = client.dateOf(resource);
    yield { body: client.bytesOf(resource), next: more ? next : undefined, answeredAt };
    url = more ? next : undefined;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SourceStatusError && GONE.has(error.status);
}

/** Throws PortError SOURCE.MALFORMED for pages that come again, or never end. Finds every circle (Brent), in no space. */
function endOfPages(): { check(next: string, entries: number): void } {
  let pages = 0;
  let empty = 0;
  let marked: string | undefined;
  return {
    check(next, entries) {
      pages += 1;
      empty = entries === 0 ? empty + 1 : 0;
      if (next === marked || empty > MAX_EMPTY_PAGES || pages > MAX_PAGES)
        throw malformed("The source's pages have no end");
      if (Number.isInteger(Math.log2(pages))) marked = next;
    },
  };
}

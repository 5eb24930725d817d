import type { Bundle } from '@medplum/fhirtypes';
import type { SourcePage } from '#ports';
import { malformed } from './fhir-rest.errors.js';
import type { SourceClient } from './source-client.js';

/** The pages of a Bundle, by its `next` links: https://hl7.org/fhir/R4/http.html#paging */
export async function* pagesFrom(
  client: SourceClient,
  path: string,
  parameters: Readonly<Record<string, string>>,
  page: string | undefined,
): AsyncGenerator<SourcePage, void, undefined> {
  const query = new URLSearchParams(parameters).toString();
  let url: string | undefined = page ?? (query === '' ? path : `${path}?${query}`);
  while (url !== undefined) {
    const resource = await client.fhir.request(url);
    if (resource.resourceType !== 'Bundle')
      throw malformed('The source answered something that is no Bundle');
    const bundle = resource as unknown as Bundle;
    const next: string | undefined = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    if (next === url) throw malformed("The source's pages have no end");
    yield { body: client.bytesOf(resource), next };
    url = next;
  }
}

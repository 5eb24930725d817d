import type { ClientKeys, Source } from '#ports';
import { refused } from '../fhir-rest.errors.js';
import type { PermittedUrls } from '../transport/permitted-urls.js';
import type { PlainExchange } from '../transport/transport-policy.js';
import { FixedCredentials, type Credentials } from './credentials.js';
import { SmartCredentials } from './smart-credentials.js';

/** Throws PortError SOURCE.REFUSED where SMART Backend Services are declared and there are no keys of ours. */
export function credentialsFor(
  { access }: Source,
  urls: PermittedUrls,
  exchange: PlainExchange,
  keys: ClientKeys | undefined,
): Credentials {
  switch (access.kind) {
    case 'none':
      return new FixedCredentials(undefined);
    case 'basic': {
      // https://www.rfc-editor.org/rfc/rfc7617#section-2
      const pair = Buffer.from(`${access.username}:${access.password}`).toString('base64');
      return new FixedCredentials(`Basic ${pair}`);
    }
    case 'bearer':
      return new FixedCredentials(`Bearer ${access.token}`);
    case 'smart':
      if (!keys) throw refused('There are no keys of ours to ask this source with');
      return new SmartCredentials(access, urls, exchange, keys);
  }
}

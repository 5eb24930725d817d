import { Client, type FhirResource, type RequestOptions } from 'fhir-kit-client';
import { exchange, type ExchangeLimits } from './exchange.js';
import { malformed, refused } from './fhir-rest.errors.js';

/**
 * fhir-kit-client for one source. Its own transport parses an answer and drops the text, and with it the digits of
 * decimals; follows redirects; and waits forever. So its requests go through {@link exchange}, which keeps the bytes
 * and never leaves the source's base.
 */
export class SourceClient {
  readonly fhir: Client;
  private readonly root: string;
  private readonly bodies = new WeakMap<FhirResource, Uint8Array>();

  /** Throws PortError SOURCE.REFUSED when `base` is not an http(s) URL without credentials. */
  constructor(
    base: string,
    private readonly limits: ExchangeLimits,
  ) {
    const url = URL.parse(base);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
      throw refused("The source's base is not a plain http(s) URL");
    this.root = url.href.replace(/\/$/, '');
    this.fhir = new Client({ baseUrl: this.root });
    this.fhir.httpClient.request = (method, path, options, body) => this.request(method, path, options, body);
  }

  /** The bytes that a resource came as. */
  bytesOf(resource: FhirResource): Uint8Array {
    const bytes = this.bodies.get(resource);
    if (!bytes) throw new TypeError('The resource did not come from this client');
    return bytes;
  }

  private async request(
    method: string,
    path: string,
    options: RequestOptions = {},
    body?: unknown,
  ): Promise<FhirResource> {
    const init: RequestInit = {
      method,
      headers: { accept: 'application/fhir+json', ...options.headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const bytes = await exchange(this.within(this.fhir.httpClient.expandUrl(path)), init, this.limits);
    const resource = parse(bytes);
    this.bodies.set(resource, bytes);
    return resource;
  }

  /** The URL itself if it lies below the base: links come from the source, and may point anywhere. */
  private within(text: string): string {
    const url = URL.parse(text)?.href ?? '';
    if (!url.startsWith(this.root) || !['', '/', '?'].includes(url.charAt(this.root.length)))
      throw refused('The source points outside of its own base');
    return url;
  }
}

function parse(bytes: Uint8Array): FhirResource {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed('The source answered something that is not JSON');
  }
  if (typeof value !== 'object' || value === null || !('resourceType' in value))
    throw malformed('The source answered something that is not a FHIR resource');
  return value as FhirResource;
}

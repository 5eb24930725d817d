import { Client, type FhirResource, type RequestOptions } from 'fhir-kit-client';
import { malformed } from '../fhir-rest.errors.js';
import type { Answer } from './exchange.js';
import type { SourceLine } from './source-line.js';

/**
 * fhir-kit-client for one source. Its own transport parses an answer and drops the text, and with it the digits of
 * decimals; follows redirects; and waits forever. So its requests go over a {@link SourceLine}, and the bytes are kept.
 */
export class SourceClient {
  readonly fhir: Client;
  private readonly answers = new WeakMap<FhirResource, Answer>();

  /** @param maxBytes largest answer, in bytes */
  constructor(
    private readonly line: SourceLine,
    private readonly maxBytes: number,
  ) {
    this.fhir = new Client({ baseUrl: line.urls.base });
    this.fhir.httpClient.request = (method, path, options, body) => this.request(method, path, options, body);
  }

  /** The bytes that a resource came as. */
  bytesOf(resource: FhirResource): Uint8Array {
    return this.answerOf(resource).body;
  }

  /** When the source sent it, by its own clock: https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1 */
  dateOf(resource: FhirResource): Date | undefined {
    const date = new Date(this.answerOf(resource).headers.get('date') ?? '');
    return Number.isNaN(date.getTime()) ? undefined : date;
  }

  private answerOf(resource: FhirResource): Answer {
    const answer = this.answers.get(resource);
    if (!answer) throw new TypeError('The resource did not come from this client');
    return answer;
  }

  private async request(
    method: string,
    path: string,
    options: RequestOptions = {},
    body?: unknown,
  ): Promise<FhirResource> {
    const headers = { accept: 'application/fhir+json', ...Object.fromEntries(new Headers(options.headers)) };
    const url = this.fhir.httpClient.expandUrl(path);
    const request = { method, url, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await this.line.ask(request, this.maxBytes);
    const resource = parse(answer.body);
    this.answers.set(resource, answer);
    return resource;
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

import { badRequest, getStatus, OperationOutcomeError } from '@medplum/core';
import type { FhirRouter, HttpMethod } from '@medplum/fhir-router';
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { IncomingHttpHeaders } from 'node:http';
import type { Faults } from '../faults/faults.js';
import { served } from '../faults/forged.js';
import { withAbsoluteUrls } from './bundle-links.js';
import type { FhirStore } from './fhir.store.js';
import type { ServerAddress } from './server-address.js';
import { stringifyLossless } from './lossless-json.js';
import { errorOutcome } from './outcomes.js';
import { sandboxRouter, type HistorySettings } from './sandbox.router.js';
import type { ResourceVersion } from './version-store.js';

export interface FhirHttpRequest {
  readonly method: string;
  /** Path and query below the FHIR base. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** A resource, or the fields of a form; undefined without a body. */
  readonly body: unknown;
}

export interface FhirHttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const METHODS: ReadonlySet<string> = new Set<HttpMethod>(['GET', 'POST', 'PUT', 'DELETE']);
const JSON_FORMATS = /json|\*\/\*/;
/** https://hl7.org/fhir/R4/http.html#versioning */
const ENTITY_TAG = /^(W\/)?"[^"]+"$/;

/** The RESTful API of R4 (https://hl7.org/fhir/R4/http.html), without the transport. */
export class FhirService {
  /** Takes further routes before the server listens. */
  readonly router: FhirRouter;

  constructor(
    private readonly store: FhirStore,
    private readonly address: ServerAddress,
    private readonly faults: Faults,
    history: HistorySettings,
  ) {
    this.router = sandboxRouter({ versions: store.versions, faults, address }, history);
  }

  async handle(request: FhirHttpRequest): Promise<FhirHttpAnswer> {
    const refusal = refuse(request);
    if (refusal) return refusal;
    const { versions } = this.store;
    return this.store.exclusive(async (repository) => {
      const before = versions.size;
      const [outcome, resource] = await this.router.handleRequest(
        {
          method: (request.method === 'HEAD' ? 'GET' : request.method) as HttpMethod,
          url: request.url,
          pathname: '',
          params: {},
          query: {},
          headers: request.headers,
          body: request.body,
          config: { transactions: true },
        },
        repository,
      );
      return this.answer(request, outcome, resource, versions.since(before));
    });
  }

  private answer(
    request: FhirHttpRequest,
    outcome: OperationOutcome,
    resource: Resource | undefined,
    written: readonly ResourceVersion[],
  ): FhirHttpAnswer {
    const [only] = written.length === 1 ? written : [];
    const created = request.method !== 'GET' && only?.interaction === 'create' && resource === only.resource;
    const shown = resource && asks(request) ? served(resource, this.faults) : resource;
    const body = shown?.resourceType === 'Bundle' && !created ? this.linked(shown, request) : shown;
    return {
      status: created ? 201 : getStatus(outcome),
      headers: {
        ...versionHeaders(resource?.meta ?? (only?.interaction === 'delete' ? only : undefined)),
        ...(created && {
          location: `${this.address.base}/${only.type}/${only.id}/_history/${only.versionId}`,
        }),
      },
      body: stringifyLossless(body ?? outcome),
    };
  }

  /** A Bundle that the server made has absolute URLs; a Bundle that it stores stays as it is. */
  private linked(bundle: Bundle, request: FhirHttpRequest): Bundle {
    const made = bundle.meta?.versionId === undefined;
    return made
      ? withAbsoluteUrls(bundle, this.address.base, request.method === 'GET' ? request.url : undefined)
      : bundle;
  }
}

function asks({ method, url }: FhirHttpRequest): boolean {
  return method === 'GET' || /\/_search(\?|$)/.test(url);
}

/** An answer that carries an OperationOutcome and nothing else. */
function outcomeAnswer(status: number, outcome: OperationOutcome): FhirHttpAnswer {
  return { status, headers: {}, body: stringifyLossless(outcome) };
}

/** What is refused before the router sees it. */
function refuse({ method, url, headers, body }: FhirHttpRequest): FhirHttpAnswer | undefined {
  if (method !== 'HEAD' && !METHODS.has(method))
    return outcomeAnswer(405, errorOutcome('not-supported', 'The method is not supported'));
  const format = new URL(url, 'http://sandbox').searchParams.get('_format') ?? headers.accept ?? '*/*';
  if (!JSON_FORMATS.test(format))
    return outcomeAnswer(406, errorOutcome('not-supported', 'Only application/fhir+json is served'));
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !ENTITY_TAG.test(ifMatch))
    return outcomeAnswer(400, badRequest('If-Match is not an entity tag'));
  if ((method === 'POST' || method === 'PUT') && body === undefined && !/\/\$[a-z-]+$/.test(url))
    return outcomeAnswer(400, badRequest('The body is empty'));
  return undefined;
}

function versionHeaders(
  meta: { readonly versionId?: string; readonly lastUpdated?: string } | undefined,
): Record<string, string> {
  return {
    ...(meta?.versionId !== undefined && { etag: `W/"${meta.versionId}"` }),
    ...(meta?.lastUpdated !== undefined && { 'last-modified': new Date(meta.lastUpdated).toUTCString() }),
  };
}

/** What went wrong, as status and OperationOutcome. */
export function errorAnswer(error: unknown): FhirHttpAnswer {
  if (error instanceof OperationOutcomeError) return outcomeAnswer(getStatus(error.outcome), error.outcome);
  const status = statusOf(error);
  if (status === 413) return outcomeAnswer(413, errorOutcome('too-costly', 'The body is too large'));
  if (status === 415) return outcomeAnswer(415, errorOutcome('not-supported', 'Send application/fhir+json'));
  if (status === 404) return outcomeAnswer(404, errorOutcome('not-found', 'There is nothing here'));
  if (status < 500) return outcomeAnswer(status, errorOutcome('invalid', 'The request is malformed'));
  return outcomeAnswer(500, errorOutcome('exception', 'The sandbox failed'));
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  if (typeof status === 'number') return status;
  return typeof statusCode === 'number' ? statusCode : 500;
}

import type { Bundle } from '@medplum/fhirtypes';
import {
  FhirSource,
  type HistoryScope,
  type PageStart,
  type Source,
  type SourceAnswer,
  type SourcePage,
} from '#ports';
import { asking, askingOneByOne } from './asking.js';
import { readDeletedVersion, readDeletion } from './deletion.js';
import { isMissing, malformed, SourceStatusError, unavailable } from './fhir-rest.errors.js';
import { reaches } from './history-window.js';
import { pagesFrom } from './pages.js';
import { requireReference, requireType } from './reference.js';
import { SourceClient } from './transport/source-client.js';
import type { SourceTransport } from './transport/source-transport.js';

export interface FhirRestOptions {
  /** Largest answer, in bytes: 64 MiB. */
  readonly maxBytes?: number;
}

const MIB = 1024 * 1024;
const DEFAULTS = { maxBytes: 64 * MIB };
/** Versions, or resources, that a page is asked to hold. */
const PAGE_SIZE = '200';

/** A FHIR server asked over its RESTful API (https://hl7.org/fhir/R4/http.html). */
export class FhirRestSource extends FhirSource {
  private readonly settings: Required<FhirRestOptions>;

  constructor(
    private readonly transport: SourceTransport,
    options: FhirRestOptions = {},
  ) {
    super();
    this.settings = { ...DEFAULTS, ...options };
  }

  override read(source: Source, type: string, id: string): Promise<SourceAnswer> {
    return asking(async () => {
      requireReference(type, id);
      const client = this.client(source);
      // Deleted and there again between two questions: ask once more.
      const answer = (await readOnce(client, type, id)) ?? (await readOnce(client, type, id));
      if (!answer) throw unavailable('the resource keeps changing');
      return answer;
    });
  }

  override readVersion(source: Source, type: string, id: string, versionId: string): Promise<SourceAnswer> {
    return asking(() => {
      requireReference(type, id);
      requireReference(type, versionId);
      return readVersion(this.client(source), type, id, versionId);
    });
  }

  override history(
    source: Source,
    { type, id }: HistoryScope,
    { since, page }: PageStart = {},
  ): AsyncIterable<SourcePage> {
    return askingOneByOne(() => {
      if (type !== undefined) requireType(type);
      if (type !== undefined && id !== undefined) requireReference(type, id);
      const path = [type, id, '_history'].filter((part) => part !== undefined).join('/');
      const parameters = { ...(since && { _since: since.toISOString() }), _count: PAGE_SIZE };
      const goesOn = (bundle: Bundle): boolean => since === undefined || reaches(bundle, since);
      return pagesFrom(this.client(source), { path, parameters, page, goesOn });
    });
  }

  override changed(source: Source, type: string, { since, page }: PageStart): AsyncIterable<SourcePage> {
    return askingOneByOne(() => {
      requireType(type);
      const parameters = {
        ...(since && { _lastUpdated: `ge${since.toISOString()}` }),
        _sort: '_lastUpdated',
        _count: PAGE_SIZE,
      };
      return pagesFrom(this.client(source), { path: type, parameters, page });
    });
  }

  override events(source: Source, subscription: string, from: number, to: number): AsyncIterable<SourcePage> {
    return askingOneByOne(() => {
      requireReference('Subscription', subscription);
      const parameters = {
        eventsSinceNumber: String(from),
        eventsUntilNumber: String(to),
        content: 'id-only',
      };
      return pagesFrom(this.client(source), { path: `Subscription/${subscription}/$events`, parameters });
    });
  }

  private client(source: Source): SourceClient {
    return new SourceClient(this.transport.line(source), this.settings.maxBytes);
  }
}

async function readOnce(client: SourceClient, type: string, id: string): Promise<SourceAnswer | undefined> {
  try {
    const resource = await client.fhir.read({ resourceType: type, id });
    requireSame(resource, type, id);
    return { state: 'present', body: client.bytesOf(resource) };
  } catch (error) {
    if (!(error instanceof SourceStatusError)) throw error;
    if (error.status === 404) return { state: 'unknown' };
    if (error.status === 410) return readDeletion(client, type, id, error);
    throw error;
  }
}

/** The version as vread has it, or as the current one where there is no vread and it is still that. */
async function readVersion(
  client: SourceClient,
  type: string,
  id: string,
  versionId: string,
): Promise<SourceAnswer> {
  try {
    const version = await client.fhir.vread({ resourceType: type, id, version: versionId });
    requireSame(version, type, id);
    const held = versionIn(version);
    if (held !== undefined && held !== versionId)
      throw malformed('The source answered another version than the one asked for');
    return { state: 'present', body: client.bytesOf(version) };
  } catch (error) {
    if (error instanceof SourceStatusError && error.status === 410)
      return readDeletedVersion(client, type, id, versionId);
    if (!isMissing(error)) throw error;
    return (await currentIfStill(client, type, id, versionId)) ?? { state: 'unknown' };
  }
}

async function currentIfStill(
  client: SourceClient,
  type: string,
  id: string,
  versionId: string,
): Promise<SourceAnswer | undefined> {
  try {
    const resource = await client.fhir.read({ resourceType: type, id });
    requireSame(resource, type, id);
    if (versionIn(resource) !== versionId) return undefined;
    return { state: 'present', body: client.bytesOf(resource) };
  } catch (error) {
    if (error instanceof SourceStatusError && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}

function versionIn(resource: object): unknown {
  return (resource as { readonly meta?: { readonly versionId?: unknown } }).meta?.versionId;
}

function requireSame(resource: object, type: string, id: string): void {
  const answered = resource as { readonly resourceType?: unknown; readonly id?: unknown };
  if (answered.resourceType !== type || answered.id !== id)
    throw malformed('The source answered another resource than the one asked for');
}

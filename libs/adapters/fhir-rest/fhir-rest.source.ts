import {
  FhirSource,
  type HistoryScope,
  type PageStart,
  type Source,
  type SourceAnswer,
  type SourcePage,
} from '#ports';
import { asking, askingForPages } from './asking.js';
import { readDeletion } from './deletion.js';
import { malformed, SourceStatusError, unavailable } from './fhir-rest.errors.js';
import { pagesFrom } from './pages.js';
import { requireReference, requireType } from './reference.js';
import { SourceClient } from './source-client.js';

export interface FhirRestOptions {
  /** Largest answer, in bytes: 64 MiB. */
  readonly maxBytes?: number;
}

const MIB = 1024 * 1024;
const DEFAULTS = { maxBytes: 64 * MIB };

/** A FHIR server asked over its RESTful API (https://hl7.org/fhir/R4/http.html). */
export class FhirRestSource extends FhirSource {
  private readonly settings: Required<FhirRestOptions>;

  constructor(options: FhirRestOptions = {}) {
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
    return asking(async () => {
      requireReference(type, id);
      requireReference(type, versionId);
      const client = this.client(source);
      try {
        const version = await client.fhir.vread({ resourceType: type, id, version: versionId });
        requireSame(version, type, id);
        return { state: 'present', body: client.bytesOf(version) };
      } catch (error) {
        if (!(error instanceof SourceStatusError) || error.advice !== 'stop') throw error;
        if (error.status === 410) return { state: 'deleted', versionId, lastUpdated: undefined };
        return { state: 'unknown' };
      }
    });
  }

  override history(
    source: Source,
    { type, id }: HistoryScope,
    start: PageStart = {},
  ): AsyncIterable<SourcePage> {
    return askingForPages(() => {
      if (type !== undefined) requireType(type);
      if (type !== undefined && id !== undefined) requireReference(type, id);
      const path = [type, id, '_history'].filter((part) => part !== undefined).join('/');
      return pagesFrom(
        this.client(source),
        path,
        {
          ...(start.since && { _since: start.since.toISOString() }),
        },
        start.page,
      );
    });
  }

  override changed(source: Source, type: string, start: PageStart): AsyncIterable<SourcePage> {
    return askingForPages(() => {
      requireType(type);
      const since = start.since && { _lastUpdated: `ge${start.since.toISOString()}` };
      return pagesFrom(this.client(source), type, { ...since, _sort: '_lastUpdated' }, start.page);
    });
  }

  override events(source: Source, subscription: string, from: number, to: number): AsyncIterable<SourcePage> {
    return askingForPages(() => {
      requireReference('Subscription', subscription);
      const numbers = { eventsSinceNumber: String(from), eventsUntilNumber: String(to), content: 'id-only' };
      return pagesFrom(this.client(source), `Subscription/${subscription}/$events`, numbers, undefined);
    });
  }

  private client({ base, settings: { timeoutMs } }: Source): SourceClient {
    return new SourceClient(base, { timeoutMs, ...this.settings });
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

function requireSame(resource: object, type: string, id: string): void {
  const answered = resource as { readonly resourceType?: unknown; readonly id?: unknown };
  if (answered.resourceType !== type || answered.id !== id)
    throw malformed('The source answered another resource than the one asked for');
}

import { FhirSource, PortError, type Source, type SourceAnswer } from '#ports';
import { readDeletion } from './deletion.js';
import { ensureSubscriptions } from './ensure-subscriptions.js';
import { malformed, SourceStatusError, unavailable } from './fhir-rest.errors.js';
import { requireReference } from './reference.js';
import { SourceClient } from './source-client.js';

export interface FhirRestOptions {
  /** For each request, in milliseconds: 10 seconds. */
  readonly timeoutMs?: number;
  /** Largest answer, in bytes: 64 MiB. */
  readonly maxBytes?: number;
  /** Pauses before each look at a Subscription that waits to be activated, in milliseconds. */
  readonly activationPausesMs?: readonly number[];
}

const MIB = 1024 * 1024;
const DEFAULTS = { timeoutMs: 10_000, maxBytes: 64 * MIB, activationPausesMs: [50, 200, 500, 1000, 2000] };

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
      const client = new SourceClient(source.base, this.settings);
      // Deleted and there again between two questions: ask once more.
      const answer = (await readOnce(client, type, id)) ?? (await readOnce(client, type, id));
      if (!answer) throw unavailable('the resource keeps changing');
      return answer;
    });
  }

  override subscribe(source: Source, endpoint: string): Promise<readonly string[]> {
    return asking(() => {
      const client = new SourceClient(source.base, this.settings);
      return ensureSubscriptions(client, source, endpoint, this.settings.activationPausesMs);
    });
  }
}

/** JSON of the wrong shape shows as a TypeError somewhere along the way: it is the source's fault, and final. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PortError) throw error;
    throw malformed('The source answered something of an unexpected shape');
  }
}

async function readOnce(client: SourceClient, type: string, id: string): Promise<SourceAnswer | undefined> {
  try {
    const resource = await client.fhir.read({ resourceType: type, id });
    if (resource.resourceType !== type || resource['id'] !== id)
      throw malformed('The source answered another resource than the one asked for');
    return { state: 'present', body: client.bytesOf(resource) };
  } catch (error) {
    if (!(error instanceof SourceStatusError)) throw error;
    if (error.status === 404) return { state: 'unknown' };
    if (error.status === 410) return readDeletion(client, type, id, error);
    throw error;
  }
}

import { BulkExport, type ExportFile, type ExportProgress, type Source } from '#ports';
import { asking, askingOneByOne } from './asking.js';
import { completed } from './bulk-manifest.js';
import { isMissing, malformed, SourceStatusError, unsupported } from './fhir-rest.errors.js';
import { requireType } from './reference.js';
import { retryAfterMs } from './transport/retry-after.js';
import type { SourceTransport } from './transport/source-transport.js';

const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const NDJSON = 'application/fhir+ndjson';
/** Pause between two looks where the source names none. */
const USUAL_PAUSE_MS = 5_000;

/** Bulk Data export over HTTP, system-level: https://hl7.org/fhir/uv/bulkdata/export.html */
export class FhirRestBulkExport extends BulkExport {
  constructor(private readonly transport: SourceTransport) {
    super();
  }

  override start(
    source: Source,
    { types, since }: { readonly types: readonly string[]; readonly since?: Date | undefined },
  ): Promise<string> {
    return asking(async () => {
      types.forEach(requireType);
      const line = this.transport.line(source);
      const query = new URLSearchParams({
        ...(types.length > 0 && { _type: types.join(',') }),
        ...(since && { _since: since.toISOString() }),
        _outputFormat: NDJSON,
      });
      const headers = { accept: 'application/fhir+json', prefer: 'respond-async' };
      const url = `${line.urls.base}/$export?${query.toString()}`;
      const answer = await line
        .ask({ method: 'GET', url, headers }, MAX_MANIFEST_BYTES)
        .catch((error: unknown) => {
          throw isMissing(error) ? unsupported() : error;
        });
      const location = answer.headers.get('content-location');
      if (answer.status !== 202 || location === null)
        throw malformed('The source accepted the export without saying where it stands');
      return line.urls.require(location);
    });
  }

  override progress(source: Source, statusUrl: string): Promise<ExportProgress> {
    return asking(async () => {
      const line = this.transport.line(source);
      const headers = { accept: 'application/json' };
      const answer = await line.ask({ method: 'GET', url: statusUrl, headers }, MAX_MANIFEST_BYTES);
      if (answer.status === 200) return completed(answer.body, line.urls);
      return {
        state: 'running',
        retryAfterMs: retryAfterMs(answer.headers) ?? USUAL_PAUSE_MS,
        // The specification has at most 100 characters.
        progress: answer.headers.get('x-progress')?.slice(0, 100),
      };
    });
  }

  override download(source: Source, { url, authorised }: ExportFile): AsyncIterable<Uint8Array> {
    return askingOneByOne(async () => {
      const headers = { accept: NDJSON };
      const line = this.transport.line(source);
      const { chunks } = await line.open({ method: 'GET', url, headers, authorised });
      return chunks;
    });
  }

  override end(source: Source, statusUrl: string): Promise<void> {
    return asking(async () => {
      const request = { method: 'DELETE', url: statusUrl, headers: { accept: 'application/json' } };
      try {
        await this.transport.line(source).ask(request, MAX_MANIFEST_BYTES);
      } catch (error) {
        if (!(error instanceof SourceStatusError) || error.advice !== 'stop') throw error;
      }
    });
  }
}

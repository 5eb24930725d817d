import type { ExportFile, ExportProgress } from '#ports';
import { malformed } from './fhir-rest.errors.js';
import type { PermittedUrls } from './transport/permitted-urls.js';

/**
 * A complete export, from its manifest: https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
 * Throws PortError SOURCE.MALFORMED, or SOURCE.REFUSED for a file that lies where we may not go.
 */
export function completed(bytes: Uint8Array, urls: PermittedUrls): ExportProgress {
  const manifest = objectOf(bytes);
  const { transactionTime, requiresAccessToken } = manifest;
  if (typeof transactionTime !== 'string' || Number.isNaN(Date.parse(transactionTime)))
    throw malformed('The manifest of the export tells no transaction time');
  const files = (name: string): ExportFile[] =>
    listOf(manifest[name]).map((file) => fileOf(file, requiresAccessToken === true, urls));
  return {
    state: 'complete',
    transactionTime,
    output: files('output'),
    deleted: files('deleted'),
    errors: listOf(manifest['error']).length,
  };
}

function fileOf(file: unknown, authorised: boolean, urls: PermittedUrls): ExportFile {
  const { type, url } = { ...(file as object) } as { readonly type?: unknown; readonly url?: unknown };
  if (typeof type !== 'string' || !/^[A-Z][A-Za-z]{0,63}$/.test(type) || typeof url !== 'string')
    throw malformed('The manifest of the export lists something that is no file');
  return { type, url: urls.require(url), authorised };
}

function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(Buffer.from(bytes).toString('utf8')) as object) };
  } catch {
    throw malformed('The manifest of the export is not JSON');
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw malformed('The manifest of the export lists no files');
  return value;
}

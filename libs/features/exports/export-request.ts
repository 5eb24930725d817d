import { z } from 'zod';
import { invalidRequest } from './exports.errors.js';

/** What is asked of a source. */
export interface ExportRequest {
  /** Resource types; default: those of the source's criteria. */
  readonly types: readonly string[] | undefined;
  readonly since: string | undefined;
}

const requestSchema = z.strictObject({
  types: z.array(z.string().regex(/^[A-Z][A-Za-z]{0,63}$/)).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
});

/** Throws EXPORT.INVALID, which names the members at fault. An empty body asks for everything. */
export function parseExportRequest(body: Uint8Array): ExportRequest {
  const { success, data, error } = requestSchema.safeParse(body.length === 0 ? {} : jsonOf(body));
  if (success) return { types: data.types, since: data.since };
  const members = error.issues.map(({ path }) => path.join('.') || 'body');
  throw invalidRequest(`expected {types?, since?}; at fault: ${members.join(', ')}`);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalidRequest('the body is not JSON');
  }
}

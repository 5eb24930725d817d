import { z } from 'zod';
import { invalidRequest } from './imports.errors.js';

/** What begins an import, or goes on with it. */
export interface ImportStart {
  readonly name: string;
  readonly bytes: number | undefined;
  /** Tells this file from others: the same one goes on with the same import. */
  readonly fingerprint: string;
}

/** A part of the file: whole lines from byte `at` up to byte `to`. */
export interface ImportChunk {
  readonly at: number;
  readonly to: number;
  readonly body: Uint8Array;
}

const startSchema = z.strictObject({
  name: z.string().max(255),
  bytes: z.int().nonnegative().optional(),
  fingerprint: z.string().min(1).max(255),
});

/** Throws IMPORT.INVALID, which names the members at fault and repeats nothing. */
export function parseStart(body: Uint8Array): ImportStart {
  const { success, data, error } = startSchema.safeParse(jsonOf(body));
  if (success) return { ...data, bytes: data.bytes };
  const members = error.issues.map(({ path }) => path.join('.') || 'body');
  throw invalidRequest(`expected {name, bytes?, fingerprint}; at fault: ${members.join(', ')}`);
}

/** @param to the byte after the chunk in the file, where it is another than where the body ends */
export function parseChunk(at: string, to: string | undefined, body: Uint8Array): ImportChunk {
  const from = offsetOf(at);
  const chunk = { at: from, to: to === undefined ? from + body.length : offsetOf(to), body };
  if (chunk.to <= from) throw invalidRequest('a chunk ends after it begins');
  return chunk;
}

function offsetOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidRequest('at and to are bytes of the file, counted from 0');
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalidRequest('the body is not JSON');
  }
}

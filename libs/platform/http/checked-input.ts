import type { z } from 'zod';
import { HttpProblem } from '../platform.errors.js';

/**
 * What a JSON body says, checked. Throws HttpProblem 400 HTTP.BAD_REQUEST for what is not JSON, and 422 with `code` and
 * every fault by name, without what was said.
 */
export function bodyOf<S extends z.ZodType>(schema: S, body: Uint8Array, code: string): z.infer<S> {
  return checked(schema, jsonOf(body), 422, code);
}

/** The parameters of a query, checked. Throws HttpProblem 400 with `code` and every fault by name. */
export function queryOf<S extends z.ZodType>(schema: S, query: unknown, code: string): z.infer<S> {
  return checked(schema, query, 400, code);
}

function checked<S extends z.ZodType>(schema: S, value: unknown, status: number, code: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new HttpProblem(status, code, faults.join('; '));
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new HttpProblem(400, 'HTTP.BAD_REQUEST', 'The body is not JSON.');
  }
}

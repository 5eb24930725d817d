import { badRequest, OperationOutcomeError } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { parseLossless } from './lossless-json.js';

/** Deep enough for any FHIR resource, shallow enough for every recursion behind it. */
const MAX_DEPTH = 100;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses a request's bytes as one resource; throws OperationOutcomeError (400). */
export function parseResourceBody(bytes: Uint8Array): Resource {
  const value = parseJsonBody(bytes);
  if (typeof value !== 'object' || value === null || !('resourceType' in value))
    throw refuse('The body is no FHIR resource: resourceType is missing');
  if (!isShallow(value, MAX_DEPTH)) throw refuse(`The body is nested deeper than ${MAX_DEPTH} levels`);
  return value as Resource;
}

/** Parses a form body (`POST [type]/_search`) into the router's shape of a query. */
export function parseFormBody(bytes: Uint8Array): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  const form = new URLSearchParams(new TextDecoder().decode(bytes));
  for (const name of new Set(form.keys())) query[name] = form.getAll(name);
  return query;
}

/** Parses a request's bytes as any JSON; throws OperationOutcomeError (400). */
export function parseJsonBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw refuse('The body is not UTF-8');
  }
  try {
    return parseLossless(text);
  } catch (error) {
    // A RangeError is the reviver running out of stack on absurd nesting.
    if (error instanceof SyntaxError || error instanceof RangeError) throw refuse('The body is not JSON');
    throw error;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

function refuse(reason: string): OperationOutcomeError {
  return new OperationOutcomeError(badRequest(reason));
}

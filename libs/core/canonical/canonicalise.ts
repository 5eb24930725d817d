import { SHARED_CAPACITY, writerFor } from './canonical-writer.js';
import type { JsonDocument } from './json-document.js';
import { DEFAULT_JSON_LIMITS, type JsonLimits } from './json-limits.js';
import { JsonScanner } from './json-scanner.js';
import { treeOf } from './json-tree.js';
import type { JsonValue } from './json-value.js';

const sharedScanner = new JsonScanner(SHARED_CAPACITY);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Parses onto a tape. The document is good until the next call.
 * Throws CANONICAL.INVALID_UTF8, SYNTAX, DUPLICATE_MEMBER, LONE_SURROGATE, TOO_DEEP or TOO_LARGE, with its position.
 */
function scanJson(input: Uint8Array | string, limits = DEFAULT_JSON_LIMITS): JsonDocument {
  return isShort(input) ? sharedScanner.scan(input, limits) : ownDocument(input, limits);
}

/** The same, but the document stays good. */
export function keepJson(input: Uint8Array | string, limits = DEFAULT_JSON_LIMITS): JsonDocument {
  return isShort(input) ? sharedScanner.scan(input, limits).detach() : ownDocument(input, limits);
}

function ownDocument(input: Uint8Array | string, limits: JsonLimits): JsonDocument {
  return new JsonScanner(Math.min(input.length, limits.maxBytes)).scan(input, limits);
}

function isShort(input: Uint8Array | string): boolean {
  return input.length <= SHARED_CAPACITY;
}

/** Parses JSON, keeping every number token. Throws CANONICAL.* with the position of the fault. */
export function parseJson(input: Uint8Array | string, limits?: JsonLimits): JsonValue {
  return treeOf(scanJson(input, limits));
}

/** The canonical form in UTF-8 (docs/spec/canonical-form.md). Throws CANONICAL.* with the position of the fault. */
export function canonicalBytes(input: Uint8Array | string, limits?: JsonLimits): Uint8Array {
  return withCanonicalBytes(scanJson(input, limits), (bytes) => bytes.slice());
}

/** The canonical form as a string (docs/spec/canonical-form.md). Throws CANONICAL.* with the position of the fault. */
export function canonicalise(input: Uint8Array | string, limits?: JsonLimits): string {
  return canonicalText(scanJson(input, limits));
}

/** A document's canonical form as a string. */
export function canonicalText(document: JsonDocument): string {
  return withCanonicalBytes(document, (bytes) => decoder.decode(bytes));
}

/** What `use` makes of a document's canonical form in UTF-8; the bytes are good only until it returns. */
export function withCanonicalBytes<T>(document: JsonDocument, use: (bytes: Uint8Array) => T): T {
  const writer = writerFor(document.used);
  writer.write(document, 0);
  return use(writer.written());
}

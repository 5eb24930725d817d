import { loneSurrogate } from './json-faults.js';

/** Parsed JSON; a scalar is its canonical token text: `"abc"`, `1.00`, `true`, `null`. */
export type JsonValue = string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
/** Members by name. Any name is just a name, `__proto__` too. {@link canonicalJson} sorts them, in whatever order they are here. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** The canonical token of a string (RFC 8785, section 3.2.2.2). Throws CANONICAL.LONE_SURROGATE. */
export function stringToken(text: string): string {
  if (!text.isWellFormed()) throw loneSurrogate(text.search(/\p{Surrogate}/u));
  return JSON.stringify(text);
}

/** The string that a string token stands for; undefined for every other value. */
export function tokenString(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('"')) return undefined;
  return value.includes('\\') ? (JSON.parse(value) as string) : value.slice(1, -1);
}

/** The number that a plain non-negative integer token stands for; undefined for every other value, and over 2^53 - 1. */
export function tokenInteger(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' || !/^(?:0|[1-9][0-9]{0,15})$/.test(value)) return undefined;
  const integer = Number(value);
  return Number.isSafeInteger(integer) ? integer : undefined;
}

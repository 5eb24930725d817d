import { isJsonArray, stringToken, type JsonValue } from './json-value.js';

/** The canonical text of a value (docs/spec/canonical-form.md). Recurses as deep as the value nests. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${stringToken(name)}:${canonicalJson(member)}`).join(',')}}`;
}

import { elementLeaves, equalBytes, type Element } from '#core';
import type { StoredRecord } from '#ports';

/** Which elements of a resource agree with a record version, by name; sorted. */
export interface ElementComparison {
  readonly matching: readonly string[];
  /** Changed, added or missing elements. */
  readonly differing: readonly string[];
}

/** Members that say which resource this is, not what it says: agreeing in them alone is no partial match. */
const NAMING = new Set(['resourceType', 'id', 'meta', 'text']);

/** Compares leaf by leaf: the record version's content is not needed, and is not there. */
export function compareElements(elements: readonly Element[], record: StoredRecord): ElementComparison {
  const held = new Map(record.elements.map(({ name, leaf }) => [name, leaf]));
  const matching: string[] = [];
  const differing: string[] = [];
  for (const { name, leaf } of elementLeaves(elements, record.recordSalt)) {
    const other = held.get(name);
    held.delete(name);
    (other && equalBytes(leaf, other) ? matching : differing).push(name);
  }
  return { matching, differing: [...differing, ...held.keys()].sort() };
}

/** Whether the elements that agree say anything about the content. */
export function agreesInContent({ matching }: ElementComparison): boolean {
  return matching.some((name) => !NAMING.has(name));
}

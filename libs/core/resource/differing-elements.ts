import { equalBytes } from '../encoding/encoding.js';
import type { ElementLeaf } from './element.js';

/** Names of the elements that are changed, added or missing between two sets of leaves under one record salt; sorted. */
export function differingElements(
  held: readonly ElementLeaf[],
  found: readonly ElementLeaf[],
): readonly string[] {
  const rest = new Map(held.map(({ name, leaf }) => [name, leaf]));
  const differing = found.flatMap(({ name, leaf }) => {
    const other = rest.get(name);
    rest.delete(name);
    return other && equalBytes(leaf, other) ? [] : name;
  });
  return [...differing, ...rest.keys()].sort();
}

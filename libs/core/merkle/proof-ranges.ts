import { CoreError } from '../core.errors.js';

/** The leaves from `start` (inclusive) to `end` (exclusive) whose tree hash is one hash of a proof. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The subtrees whose hashes make the inclusion proof, from the leaf's sibling up (RFC 6962, section 2.1.1).
 * Throws MERKLE.INVALID_RANGE unless 0 <= index < size.
 */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw new CoreError('MERKLE.INVALID_RANGE', `no leaf ${index} in a tree of ${size} leaves`);
  const down: LeafRange[] = [];
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      down.push({ start: middle, end });
      end = middle;
    } else {
      down.push({ start, end: middle });
      start = middle;
    }
  }
  return down.reverse();
}

/**
 * The subtrees whose hashes make the consistency proof (RFC 6962, section 2.1.2). None when the sizes are the same,
 * nor from the empty tree, which every tree extends. Throws MERKLE.INVALID_RANGE unless 0 <= from <= to.
 */
export function consistencyRanges(from: number, to: number): readonly LeafRange[] {
  if (!isCount(from) || !isCount(to) || from > to)
    throw new CoreError('MERKLE.INVALID_RANGE', `a tree of ${to} leaves does not extend one of ${from}`);
  if (from === 0) return [];
  const down: LeafRange[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      down.push({ start: middle, end });
      end = middle;
    } else {
      down.push({ start, end: middle });
      start = middle;
    }
  }
  // The old tree's right edge: the verifier has it already when it is the whole old tree.
  if (start > 0) down.push({ start, end });
  return down.reverse();
}

/** The complete subtrees (a power of two of leaves each) that a range of a proof is made of, from left to right. */
export function completeSubtrees({ start, end }: LeafRange): readonly LeafRange[] {
  const subtrees: LeafRange[] = [];
  for (let at = start; at < end;) {
    const width = largestPowerBelow(end - at + 1);
    subtrees.push({ start: at, end: at + width });
    at += width;
  }
  return subtrees;
}

/** Whether a number can count leaves: a whole number that a double holds exactly. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function largestPowerBelow(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}

import { BACKSLASH, QUOTE, isDigit } from './json-bytes.js';
import { NAME } from './json-document.js';

/** Up to so many members, shifting them into place beats a general sort. */
const FEW = 24;
/** Weights leave room between two lead bytes: see {@link weight}. */
const SCALE = 8;
const END_OF_NAME = -1;
const SHORT_ESCAPES = new Map(
  Object.entries({ '"': '"', '\\': '\\', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, char]) => [letter.charCodeAt(0), char.charCodeAt(0)],
  ),
);
const LETTER_U = 0x75;

/**
 * Orders two canonical name tokens by the UTF-16 code units of the names (RFC 8785, section 3.2.3).
 * `a` and `b` are where the tokens begin.
 */
function compareNames(bytes: Uint8Array, a: number, b: number): number {
  let left = a + 1;
  let right = b + 1;
  for (;;) {
    let byte = bytes[left]!;
    while (byte === bytes[right] && byte !== QUOTE && byte !== BACKSLASH) {
      byte = bytes[++left]!;
      right++;
    }
    const difference = weight(bytes, left) - weight(bytes, right);
    if (difference !== 0 || byte === QUOTE) return difference;
    const length = bytes[left + 1] === LETTER_U ? 6 : 2;
    left += length;
    right += length;
  }
}

/**
 * Where the character at `at` stands in UTF-16 order. UTF-8 has the same order but for the supplementary planes (lead
 * bytes from F0): their surrogates, D800 to DFFF, stand before E000 (lead byte EE).
 */
function weight(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  if (byte === QUOTE) return END_OF_NAME;
  if (byte >= 0xf0) return 0xed * SCALE + 1 + (byte - 0xf0);
  if (byte !== BACKSLASH) return byte * SCALE;
  const letter = bytes[at + 1]!;
  if (letter !== LETTER_U) return SHORT_ESCAPES.get(letter)! * SCALE;
  return (16 * hexDigit(bytes[at + 4]!) + hexDigit(bytes[at + 5]!)) * SCALE;
}

function hexDigit(byte: number): number {
  return isDigit(byte) ? byte & 0xf : (byte & 0xf) + 9;
}

/**
 * Sorts the records in `records[from, to)` by name. Answers a record whose name an earlier one has, or -1 when every
 * name is different.
 */
export function sortByName(
  bytes: Uint8Array,
  tape: Int32Array,
  records: Int32Array,
  from: number,
  to: number,
): number {
  if (to - from > FEW) return sortMany(bytes, tape, records.subarray(from, to));
  for (let next = from + 1; next < to; next++) {
    const record = records[next]!;
    const name = tape[record + NAME]!;
    let at = next;
    for (; at > from; at--) {
      const before = records[at - 1]!;
      const order = compareNames(bytes, tape[before + NAME]!, name);
      if (order === 0) return record;
      if (order < 0) break;
      records[at] = before;
    }
    records[at] = record;
  }
  return -1;
}

function sortMany(bytes: Uint8Array, tape: Int32Array, records: Int32Array): number {
  const compare = (a: number, b: number): number => compareNames(bytes, tape[a + NAME]!, tape[b + NAME]!);
  records.sort(compare);
  for (let at = 1; at < records.length; at++)
    if (compare(records[at - 1]!, records[at]!) === 0) return records[at]!;
  return -1;
}

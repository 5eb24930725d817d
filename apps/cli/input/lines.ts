import { concatBytes } from '#core';
import type { ByteStream } from './read-input.js';

/** One line without its line feed; lines count from 1. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes into lines, holding one at a time: no byte of a UTF-8 sequence is a line feed.
 * @param refuse makes the error for a line of more than `maxBytes`
 */
export async function* linesOf(
  input: ByteStream,
  maxBytes: number,
  refuse: (line: number) => Error,
): AsyncGenerator<Line, void, undefined> {
  let number = 1;
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (size + end - start > maxBytes) throw refuse(number);
      yield { number, bytes: joined(held, chunk.subarray(start, end)) };
      [number, held, size, start] = [number + 1, [], 0, end + 1];
    }
    size += chunk.length - start;
    if (size > maxBytes) throw refuse(number);
    held.push(chunk.subarray(start));
  }
  yield { number, bytes: concatBytes(...held) };
}

function joined(held: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  return held.length === 0 ? last : concatBytes(...held, last);
}

import { concatBytes } from '../encoding/encoding.js';

/** Whole lines of a file, from byte `at` up to byte `to`. Without a body: a line that no request can hold. */
export interface NdjsonChunk {
  readonly at: number;
  readonly to: number;
  readonly body: Uint8Array;
}

/** About 500 resources: what the workers take in one transaction, and a request carries in a moment. */
const CHUNK_BYTES = 512 * 1024;
const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array();

/**
 * Cuts NDJSON into chunks of whole lines; holds one chunk at a time, whatever the file's length.
 * @param input the file from byte `at` on, which begins a line
 * @param maxBytes of one line; longer ones are passed over
 */
export async function* ndjsonChunks(
  input: AsyncIterable<Uint8Array>,
  at: number,
  maxBytes: number,
): AsyncGenerator<NdjsonChunk> {
  let held: Uint8Array[] = [];
  let size = 0;
  /** How much of what is held are whole lines. */
  let whole = 0;
  /** Whether what is held is thrown away, up to the end of its line. */
  let passing = false;
  for await (const block of input) {
    let rest = block;
    if (passing) {
      const end = rest.indexOf(LINE_FEED) + 1;
      size += end === 0 ? rest.length : end;
      if (end === 0) continue;
      yield { at, to: (at += size), body: NOTHING };
      [passing, size, rest] = [false, 0, rest.subarray(end)];
    }
    const feed = rest.lastIndexOf(LINE_FEED);
    if (feed !== -1) whole = size + feed + 1;
    held.push(rest);
    size += rest.length;
    if (size >= CHUNK_BYTES && whole > 0) {
      const bytes = concatBytes(...held);
      yield { at, to: (at += whole), body: bytes.subarray(0, whole) };
      [held, size, whole] = [[bytes.slice(whole)], size - whole, 0];
    }
    if (whole === 0 && size > maxBytes) [held, passing] = [[], true];
  }
  if (size > 0) yield { at, to: at + size, body: passing ? NOTHING : concatBytes(...held) };
}

/** The two halves of a chunk, cut between lines; undefined for one line. */
export function halvesOfChunk({
  at,
  to,
  body,
}: NdjsonChunk): readonly [NdjsonChunk, NdjsonChunk] | undefined {
  const last = body.at(-1) === LINE_FEED ? body.length - 1 : body.length;
  const before = body.lastIndexOf(LINE_FEED, body.length >> 1);
  const cut = (before === -1 ? body.indexOf(LINE_FEED, body.length >> 1) : before) + 1;
  if (cut === 0 || cut > last) return undefined;
  return [
    { at, to: at + cut, body: body.subarray(0, cut) },
    { at: at + cut, to, body: body.subarray(cut) },
  ];
}

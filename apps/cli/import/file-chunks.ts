import { concatBytes, ndjsonChunks, parseJson, type NdjsonChunk } from '#core';
import { CliError } from '../frame/cli.errors.js';
import { isUnfinished } from '../input/documents.js';
import { atPlace } from '../input/place.js';
import { inputName, isBlank, type ByteStream } from '../input/read-input.js';
import type { ImportFile } from './import-input.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const NDJSON_NAME = /\.(ndjson|jsonl)(\.gz)?$/i;

/**
 * A file in chunks, from byte `position` on. One whose first line goes on in the next is one JSON text, and makes one
 * chunk of one line; unless its name says that it is NDJSON. Throws INPUT.TOO_LARGE, and CANONICAL.* for a JSON text
 * that is none.
 */
export async function* chunksOfFile(
  file: ImportFile,
  position: number,
  maxBytes: number,
): AsyncGenerator<NdjsonChunk> {
  const content = file.content(position)[Symbol.asyncIterator]();
  const blocks: Uint8Array[] = [];
  const isNdjson = position > 0 || NDJSON_NAME.test(file.name);
  if (isNdjson || !(await isDocument(content, blocks, maxBytes))) {
    yield* ndjsonChunks(replayed(blocks, content), position, maxBytes);
    return;
  }
  const body = await wholeOf(file, replayed(blocks, content), maxBytes);
  yield { at: 0, to: body.length, body: onOneLine(body, file) };
}

/** Looks at the first line that is not blank; keeps what it reads in `blocks`. */
async function isDocument(
  content: AsyncIterator<Uint8Array>,
  blocks: Uint8Array[],
  maxBytes: number,
): Promise<boolean> {
  for (let size = 0; size <= maxBytes;) {
    const next = await content.next();
    if (next.done) return false;
    blocks.push(next.value);
    size += next.value.length;
    const line = firstLine(blocks);
    if (line) return isUnfinished(line);
  }
  return true;
}

function firstLine(blocks: readonly Uint8Array[]): Uint8Array | undefined {
  if (!blocks.at(-1)!.includes(LINE_FEED)) return undefined;
  const bytes = concatBytes(...blocks);
  for (let from = 0; ;) {
    const end = bytes.indexOf(LINE_FEED, from);
    if (end === -1) return undefined;
    const line = bytes.subarray(from, end);
    if (!isBlank(line)) return line;
    from = end + 1;
  }
}

async function* replayed(blocks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): ByteStream {
  yield* blocks;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function wholeOf({ path }: ImportFile, content: ByteStream, maxBytes: number): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let size = 0;
  for await (const block of content) {
    blocks.push(block);
    size += block.length;
    if (size <= maxBytes) continue;
    throw new CliError('INPUT.TOO_LARGE', `one JSON text of more than ${maxBytes} bytes`, {
      place: { input: inputName(path) },
      advice: 'Write it as NDJSON, a resource on each line: that has no limit.',
    });
  }
  return concatBytes(...blocks);
}

/** JSON has line ends between its tokens only, where a space says the same. */
function onOneLine(text: Uint8Array, { path }: ImportFile): Uint8Array {
  atPlace(path, { bytes: text, line: 1, alone: true }, parseJson);
  return text.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
}

import { CoreError, DEFAULT_JSON_LIMITS, parseJson } from '#core';
import { LineReader, type Line } from './line-reader.js';
import { empty, isBlank, openInput, tooLarge } from './read-input.js';

/** One JSON text of an input. */
export interface InputDocument {
  readonly bytes: Uint8Array;
  /** The line of the input that it begins on, from 1. */
  readonly line: number;
  /** Whether it is all that the input holds; else the input is newline-delimited JSON (NDJSON). */
  readonly alone: boolean;
}

const { maxBytes } = DEFAULT_JSON_LIMITS;

/**
 * The JSON texts of a file, or of standard input for `-`, one at a time. An input is NDJSON when its first line is a
 * whole JSON text and another line follows that is not blank; else all of it is one JSON text. Blank lines do not count.
 * Holds at most two lines, or one JSON text, of 16 MiB each. Throws INPUT.*; only the first line is checked to be JSON.
 */
export async function* documentsOf(file: string): AsyncGenerator<InputDocument, void, undefined> {
  const lines = new LineReader(openInput(file), maxBytes, (line) => tooLarge(file, maxBytes, line));
  try {
    const first = await nextFilled(lines);
    if (first === undefined) throw empty(file);
    if (isUnfinished(first.bytes))
      return yield { bytes: await lines.from(first), line: first.number, alone: true };
    let line = await nextFilled(lines);
    yield { bytes: first.bytes, line: first.number, alone: line === undefined };
    for (; line !== undefined; line = await nextFilled(lines))
      yield { bytes: line.bytes, line: line.number, alone: false };
  } finally {
    // A reader that stops early does not wait for the rest of standard input.
    await lines.close();
  }
}

async function nextFilled(lines: LineReader): Promise<Line | undefined> {
  let line = await lines.next();
  while (line !== undefined && isBlank(line.bytes)) line = await lines.next();
  return line;
}

/** Whether a JSON text goes on after this line. Tokens never span lines, so that shows at the very end of a line. */
export function isUnfinished(line: Uint8Array): boolean {
  try {
    parseJson(line);
    return false;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const end = new TextDecoder('utf-8', { ignoreBOM: true }).decode(line).length;
    return error.code === 'CANONICAL.SYNTAX' && error.position === end;
  }
}

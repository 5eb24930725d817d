import { CoreError } from '#core';
import { CliError, type Place } from '../frame/cli.errors.js';
import type { InputDocument } from './documents.js';
import { inputName } from './read-input.js';

/** Runs `read` on a JSON text; what the core refuses is refused with its place in the input. */
export function atPlace<T>(file: string, document: InputDocument, read: (bytes: Uint8Array) => T): T {
  try {
    return read(document.bytes);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new CliError(error.code, error.message, { place: placeOf(file, document, error) });
  }
}

function placeOf(file: string, { bytes, line, alone }: InputDocument, { code, position }: CoreError): Place {
  const input = inputName(file);
  if (position === undefined) return alone ? { input } : { input, line };
  const before = textBefore(bytes, code, position);
  const lineFeeds = before.split('\n').length - 1;
  return { input, line: line + lineFeeds, column: before.length - before.lastIndexOf('\n') };
}

/** Positions count UTF-16 code units, but bytes where there is no text to count in. */
function textBefore(bytes: Uint8Array, code: string, position: number): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return code === 'CANONICAL.INVALID_UTF8'
    ? decoder.decode(bytes.subarray(0, position))
    : decoder.decode(bytes).slice(0, position);
}

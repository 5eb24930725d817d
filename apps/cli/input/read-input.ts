import { createReadStream } from 'node:fs';
import { concatBytes } from '#core';
import { CliError } from '../frame/cli.errors.js';

/** Bytes as they come from a file or from standard input. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** How a file is called in messages. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Opens a file, or standard input for `-`. Reading throws INPUT.MISSING or INPUT.UNREADABLE. */
export async function* openInput(file: string): ByteStream {
  try {
    yield* (file === '-' ? process.stdin : createReadStream(file)) as ByteStream;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Reads a whole file, or standard input for `-`. Throws INPUT.MISSING, UNREADABLE, EMPTY or TOO_LARGE. */
export async function readInput(file: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of openInput(file)) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(file, maxBytes);
    chunks.push(chunk);
  }
  const bytes = concatBytes(...chunks);
  if (isBlank(bytes)) throw empty(file);
  return bytes;
}

/** Whether there is nothing but JSON's white space. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

export function empty(file: string): CliError {
  return new CliError('INPUT.EMPTY', 'there is nothing in it', { place: { input: inputName(file) } });
}

/** @param line of the one that is too long, where lines are read one by one */
export function tooLarge(file: string, maxBytes: number, line?: number): CliError {
  const place = { input: inputName(file), ...(line !== undefined && { line }) };
  return new CliError('INPUT.TOO_LARGE', `more than ${maxBytes} bytes`, { place });
}

export function unreadable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || error instanceof CliError) return error;
  const place = { input: inputName(file) };
  if (code === 'ENOENT') return new CliError('INPUT.MISSING', 'there is no such file', { place });
  const reason = code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code})`;
  return new CliError('INPUT.UNREADABLE', reason, { place });
}

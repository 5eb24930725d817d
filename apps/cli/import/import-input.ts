import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { skipBytes } from '#core';
import { CliError } from '../frame/cli.errors.js';
import { inputName, unreadable, type ByteStream } from '../input/read-input.js';

/** Read from each end of a file to tell it from others. */
const SAMPLE_BYTES = 1024 * 1024;
const BLOCK_BYTES = 256 * 1024;

/** A file to be imported. */
export interface ImportFile {
  readonly path: string;
  /** How it is called in messages, and at the API. */
  readonly name: string;
  /** As it lies there, which is less than what is sent when it is compressed; undefined for standard input. */
  readonly size: number | undefined;
  readonly compressed: boolean;
  readonly fingerprint: string;
  /** How many of its bytes were read so far, as it lies there. */
  readonly read: () => number;
  /** Its content, decompressed, from byte `at` on. Reading throws INPUT.MISSING or INPUT.UNREADABLE. */
  readonly content: (at: number) => ByteStream;
  readonly close: () => void;
}

/** Throws INPUT.MISSING or INPUT.UNREADABLE. @param id instead of what the file holds */
export async function openImportFile(path: string, id: string | undefined): Promise<ImportFile> {
  const isFile = path !== '-';
  const size = isFile ? await sizeOf(path) : undefined;
  const compressed = path.endsWith('.gz');
  const opened: Readable[] = [];
  let read = 0;
  const raw = (at: number): Readable => {
    const input = isFile ? createReadStream(path, { start: at, highWaterMark: BLOCK_BYTES }) : process.stdin;
    read = at;
    opened.push(input);
    return counted(input, (bytes) => (read += bytes));
  };
  return {
    path,
    name: isFile ? basename(path) : inputName(path),
    size,
    compressed,
    fingerprint: id === undefined ? await fingerprintOf(path, size) : `id ${id}`,
    read: () => read,
    content: (at) => {
      if (isFile && !compressed) return named(path, raw(at));
      const whole = compressed ? piped(raw(0), createGunzip({ chunkSize: BLOCK_BYTES })) : raw(0);
      return skipBytes(at, named(path, whole));
    },
    close: () => opened.forEach((input) => input.destroy()),
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const { size } = await stat(path);
    return size;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Of its size and of both its ends; of nothing that would come again for standard input. */
async function fingerprintOf(path: string, size: number | undefined): Promise<string> {
  if (size === undefined) return randomUUID();
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const hash = createHash('sha256').update(`${size}\n`);
    for (const position of [0, Math.max(0, size - SAMPLE_BYTES)]) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(SAMPLE_BYTES), position });
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await file?.close();
  }
}

function counted(input: Readable, count: (bytes: number) => void): Readable {
  const transform = (block: Buffer, _: unknown, done: (error: null, block: Buffer) => void): void => {
    count(block.length);
    done(null, block);
  };
  return piped(input, new Transform({ transform, highWaterMark: BLOCK_BYTES }));
}

/** Whatever breaks on the way breaks the end that is read. */
function piped(input: Readable, into: Transform): Readable {
  return pipeline(input, into, () => undefined);
}

async function* named(path: string, input: Readable): ByteStream {
  try {
    yield* input as ByteStream;
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    if (!isZlib) throw unreadable(path, error);
    throw new CliError('INPUT.UNREADABLE', 'it is not gzip, or breaks off', {
      place: { input: inputName(path) },
    });
  }
}

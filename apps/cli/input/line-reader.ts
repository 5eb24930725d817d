import { concatBytes } from '#core';
import type { ByteStream } from './read-input.js';

/** One line without its line feed; lines count from 1. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array();

/** Reads bytes by lines, holding one line at a time: no byte of a longer UTF-8 sequence is a line feed. */
export class LineReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = NOTHING;
  /** Where the next line begins in `chunk`. */
  private at = 0;
  private number = 0;

  /** @param refuse makes the error for a line of more than `maxBytes`, or for a rest that would be longer */
  constructor(
    input: ByteStream,
    private readonly maxBytes: number,
    private readonly refuse: (line: number) => Error,
  ) {
    this.chunks = input[Symbol.asyncIterator]();
  }

  /** The next line; undefined after the last. */
  async next(): Promise<Line | undefined> {
    const number = ++this.number;
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const end = this.chunk.indexOf(LINE_FEED, this.at);
      const part = this.chunk.subarray(this.at, end === -1 ? undefined : end);
      parts.push(part);
      size += part.length;
      if (size > this.maxBytes) throw this.refuse(number);
      if (end !== -1) {
        this.at = end + 1;
        return { number, bytes: joined(parts) };
      }
      if (!(await this.fill())) return size === 0 ? undefined : { number, bytes: joined(parts) };
    }
  }

  /** `line` and everything after it, as it stands. */
  async from(line: Line): Promise<Uint8Array> {
    const parts = [line.bytes, Uint8Array.of(LINE_FEED)];
    let size = line.bytes.length;
    do {
      parts.push(this.chunk.subarray(this.at));
      size += this.chunk.length - this.at;
      if (size > this.maxBytes) throw this.refuse(line.number);
    } while (await this.fill());
    return concatBytes(...parts);
  }

  /** Lets go of the input, also when it has not ended. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async fill(): Promise<boolean> {
    const next = await this.chunks.next();
    this.chunk = next.done ? NOTHING : next.value;
    this.at = 0;
    return !next.done;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : concatBytes(...parts);
}

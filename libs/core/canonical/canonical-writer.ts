import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT } from './json-bytes.js';
import { END, FIRST, type JsonDocument, NAME, NAME_END, NEXT, START } from './json-document.js';

/** From so many bytes on, a native copy beats a loop. */
const LONG = 48;

/** Texts up to this size share their buffers; those of a longer one are let go with it. */
export const SHARED_CAPACITY = 256 * 1024;

/** Writes records of a document as canonical bytes, one after the other. */
export class CanonicalWriter {
  private readonly bytes: Uint8Array;
  private path = new Int32Array(64);
  private length = 0;

  /** @param capacity most bytes to come: for a document no more than it uses */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  begin(): this {
    this.length = 0;
    return this;
  }

  /** What has been written: good until the next `begin`. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  byte(byte: number): void {
    this.bytes[this.length++] = byte;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /**
   * A value, with its name where it is a member. Each canonical byte stands for one of the text, or of a token that
   * replaced some of it.
   */
  write({ bytes, tape }: JsonDocument, root: number): void {
    let depth = 0;
    let record = root;
    for (;;) {
      this.name(bytes, tape, record);
      const start = tape[record + START]!;
      const opening = bytes[start]!;
      if (opening !== OPEN_OBJECT && opening !== OPEN_ARRAY) {
        this.copy(bytes, start, tape[record + END]!);
      } else {
        this.byte(opening);
        const first = tape[record + FIRST]!;
        if (first !== 0) {
          this.push(depth++, record);
          record = first;
          continue;
        }
        this.byte(opening === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
      }
      while (depth > 0 && tape[record + NEXT] === 0) {
        record = this.path[--depth]!;
        this.byte(bytes[tape[record + START]!] === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
      }
      if (depth === 0) return;
      this.byte(COMMA);
      record = tape[record + NEXT]!;
    }
  }

  private name(bytes: Uint8Array, tape: Int32Array, record: number): void {
    const end = tape[record + NAME_END]!;
    if (end === 0) return;
    this.copy(bytes, tape[record + NAME]!, end);
    this.byte(COLON);
  }

  private copy(bytes: Uint8Array, start: number, end: number): void {
    const out = this.bytes;
    let to = this.length;
    if (end - start < LONG) for (let at = start; at < end; at++) out[to++] = bytes[at]!;
    else out.set(bytes.subarray(start, end), to);
    this.length += end - start;
  }

  private push(depth: number, record: number): void {
    if (depth === this.path.length) {
      const longer = new Int32Array(2 * depth);
      longer.set(this.path);
      this.path = longer;
    }
    this.path[depth] = record;
  }
}

const sharedWriter = new CanonicalWriter(SHARED_CAPACITY);

/** A writer for so many bytes, to be used before anybody else asks for one. */
export function writerFor(capacity: number): CanonicalWriter {
  return capacity <= SHARED_CAPACITY ? sharedWriter.begin() : new CanonicalWriter(capacity);
}

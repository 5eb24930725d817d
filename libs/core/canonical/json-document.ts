import { OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './json-bytes.js';
import { tokenString } from './json-value.js';

/**
 * A record of the tape describes one value, and its name where it is a member: five offsets. A record is called by
 * the place on the tape where it begins; the root's is 0.
 */
export const NAME = 0;
/** 0 where the value has no name. */
export const NAME_END = 1;
export const START = 2;
/** End of a scalar's token. */
export const END = 3;
/** In the same place, for arrays and objects: the record of the first child in canonical order, 0 where there is none. */
export const FIRST = 3;
/** The next sibling in canonical order, 0 after the last. */
export const NEXT = 4;
export const STRIDE = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * JSON parsed onto a tape: `bytes` are the text as received, followed by the tokens that had to be respelt, and every
 * record points at its canonical tokens there. So nothing is copied until canonical bytes are written.
 */
export class JsonDocument {
  /** @param used how many of `bytes` hold text or tokens  @param size end of the last record */
  constructor(
    public bytes: Uint8Array,
    public used: number,
    readonly tape: Int32Array,
    readonly size: number,
  ) {}

  /** A document of its own: edits leave this one alone, and the next parse leaves the copy alone. */
  detach(): JsonDocument {
    return new JsonDocument(
      this.bytes.slice(0, this.used),
      this.used,
      this.tape.slice(0, this.size),
      this.size,
    );
  }

  /** A copy to edit. The bytes stay shared: they are full, so that the first new token moves the copy to bytes of its own. */
  fork(): JsonDocument {
    return new JsonDocument(
      this.bytes.subarray(0, this.used),
      this.used,
      this.tape.slice(0, this.size),
      this.size,
    );
  }

  /** The token text of a scalar. */
  token(record: number): string {
    return decoder.decode(this.bytes.subarray(this.tape[record + START], this.tape[record + END]));
  }

  /** The name of a member. */
  name(record: number): string {
    return tokenString(this.text(this.tape[record + NAME]!, this.tape[record + NAME_END]!))!;
  }

  isString(record: number): boolean {
    return this.bytes[this.tape[record + START]!] === QUOTE;
  }

  isObject(record: number): boolean {
    return this.bytes[this.tape[record + START]!] === OPEN_OBJECT;
  }

  isContainer(record: number): boolean {
    return this.isObject(record) || this.bytes[this.tape[record + START]!] === OPEN_ARRAY;
  }

  /** Whether the member's name token is `token`: ASCII, with its quotes. */
  isNamed(record: number, token: Uint8Array): boolean {
    const { bytes, tape } = this;
    const start = tape[record + NAME]!;
    if (tape[record + NAME_END]! - start !== token.length) return false;
    for (let at = 0; at < token.length; at++) if (bytes[start + at] !== token[at]) return false;
    return true;
  }

  /** The member whose name token is `token`; 0 where there is none, or no object. */
  member(object: number, token: Uint8Array): number {
    let record = this.isObject(object) ? this.tape[object + FIRST]! : 0;
    while (record !== 0 && !this.isNamed(record, token)) record = this.tape[record + NEXT]!;
    return record;
  }

  /** The string that a member holds; undefined where there is no such member, or no string. */
  stringMember(object: number, token: Uint8Array): string | undefined {
    const member = this.member(object, token);
    return member !== 0 && this.isString(member) ? tokenString(this.token(member)) : undefined;
  }

  /** The children of an array or object, in order. */
  *children(parent: number): Generator<number, void, undefined> {
    if (!this.isContainer(parent)) return;
    for (let child = this.tape[parent + FIRST]!; child !== 0; child = this.tape[child + NEXT]!) yield child;
  }

  /** Gives a scalar another token. */
  replaceToken(record: number, token: string): void {
    const encoded = encoder.encode(token);
    if (this.used + encoded.length > this.bytes.length) {
      const grown = new Uint8Array(2 * (this.used + encoded.length));
      grown.set(this.bytes.subarray(0, this.used));
      this.bytes = grown;
    }
    this.bytes.set(encoded, this.used);
    this.tape[record + START] = this.used;
    this.used += encoded.length;
    this.tape[record + END] = this.used;
  }

  private text(start: number, end: number): string {
    return decoder.decode(this.bytes.subarray(start, end));
  }

  /** Takes out the children of `parent` that `keep` does not want. */
  filter(parent: number, keep: (record: number) => boolean): void {
    const { tape } = this;
    let link = parent + FIRST;
    for (let record = tape[link]!; record !== 0; record = tape[record + NEXT]!) {
      if (!keep(record)) continue;
      tape[link] = record;
      link = record + NEXT;
    }
    tape[link] = 0;
  }
}

/** A name as its ASCII token, to compare names on a tape with. */
export function nameToken(name: string): Uint8Array {
  return encoder.encode(JSON.stringify(name));
}

import { CoreError, type CoreErrorCode } from '../core.errors.js';
import * as json from './json-bytes.js';
import { END, FIRST, JsonDocument, NAME, NAME_END, NEXT, START, STRIDE } from './json-document.js';
import type { JsonLimits } from './json-limits.js';
import { invalidUtf8, loneEscape, loneSurrogate, tooLarge } from './json-faults.js';
import { sortByName } from './name-order.js';
import { utf8SequenceLength } from './utf8-sequence.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** 1 for the bytes that stand in a string for themselves, and are a whole character. */
const PLAIN = new Uint8Array(256).fill(1, json.SPACE, 0x80);
PLAIN[json.QUOTE] = PLAIN[json.BACKSLASH] = 0;
/** 1 for the letters whose escape RFC 8785 writes so, too; `\/` and `\u` may have to be respelt. */
const CANONICAL_ESCAPE = new Uint8Array(256);
for (const letter of '"\\bfnrt') CANONICAL_ESCAPE[letter.charCodeAt(0)] = 1;
const SOLIDUS = 0x2f;
const LETTER_U = 0x75;
const LETTER_E = 0x65;
const LITERALS = new Map(
  ['true', 'false', 'null'].map((literal) => [literal.charCodeAt(0), encoder.encode(literal)]),
);

/**
 * One pass over UTF-8 JSON text (RFC 8259): checks it, and notes where every value lies, the members of each object
 * in the order of their names. Holds its own place instead of the call stack, so that nesting costs no stack.
 *
 * Its buffers serve again for the next text, so that a document is good until then, unless it is detached.
 */
export class JsonScanner {
  private bytes: Uint8Array;
  private tape: Int32Array<ArrayBuffer>;
  /** Children, not yet linked, of all open containers; those of the innermost one last. */
  private children = new Int32Array(256);
  /** Two numbers for each open container: its record, and where its children begin. */
  private open = new Int32Array(64);
  private childCount = 0;
  private depth = 0;
  private length = 0;
  private used = 0;
  private size = 0;
  private at = 0;
  private tokenStart = 0;
  private tokenEnd = 0;
  /** Where in the text the names and strings stood that had to be respelt. */
  private readonly respelt = new Map<number, number>();
  private maxDepth = 0;

  /** @param capacity bytes of the texts to expect; longer ones make the buffers grow */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity + 1);
    this.tape = new Int32Array(STRIDE * (16 + (capacity >> 5)));
  }

  /** Throws CANONICAL.* with the position of the first fault. */
  scan(input: Uint8Array | string, limits: JsonLimits): JsonDocument {
    this.load(input, limits.maxBytes);
    this.maxDepth = limits.maxDepth;
    this.at = this.size = this.depth = this.childCount = 0;
    this.respelt.clear();
    this.skipSpace();
    this.value(0, 0);
    while (this.depth > 0) this.step();
    this.skipSpace();
    if (this.at !== this.length) throw this.unexpected('the end');
    return new JsonDocument(this.bytes, this.used, this.tape, this.size);
  }

  /** Takes the text in, with a zero byte after it, which no loop of the scanner passes. */
  private load(input: Uint8Array | string, maxBytes: number): void {
    if (input.length > maxBytes) throw tooLarge(maxBytes);
    if (typeof input === 'string') {
      if (!input.isWellFormed()) throw loneSurrogate(input.search(/\p{Surrogate}/u));
      this.used = 0;
      this.reserve(3 * input.length + 1);
      this.length = encoder.encodeInto(input, this.bytes).written;
      if (this.length > maxBytes) throw tooLarge(maxBytes);
    } else {
      this.used = 0;
      this.reserve(input.length + 1);
      this.bytes.set(input);
      this.length = input.length;
    }
    this.bytes[this.length] = 0;
    this.used = this.length + 1;
  }

  /** Goes on inside the innermost container: its next child, or its end. */
  private step(): void {
    const top = 2 * (this.depth - 1);
    const isObject = this.bytes[this.tape[this.open[top]! + START]!] === json.OPEN_OBJECT;
    const isFirst = this.childCount === this.open[top + 1];
    this.skipSpace();
    const byte = this.bytes[this.at];
    if (byte === (isObject ? json.CLOSE_OBJECT : json.CLOSE_ARRAY)) {
      this.close(isObject);
      return;
    }
    if (!isFirst) {
      if (byte !== json.COMMA)
        throw this.unexpected(isObject ? 'a comma or a brace' : 'a comma or a bracket');
      this.at++;
      this.skipSpace();
    }
    if (isObject) this.member();
    else this.value(0, 0);
  }

  private member(): void {
    if (this.bytes[this.at] !== json.QUOTE) throw this.unexpected('a name');
    this.string();
    const name = this.tokenStart;
    const nameEnd = this.tokenEnd;
    this.skipSpace();
    if (this.bytes[this.at] !== json.COLON) throw this.unexpected('a colon');
    this.at++;
    this.skipSpace();
    this.value(name, nameEnd);
  }

  private value(name: number, nameEnd: number): void {
    const record = this.addRecord();
    const byte = this.bytes[this.at]!;
    this.tokenStart = this.at;
    if (byte === json.QUOTE) this.string();
    else if (byte === json.OPEN_OBJECT || byte === json.OPEN_ARRAY) this.enter(record);
    else if (byte === json.MINUS || json.isDigit(byte)) this.number();
    else this.literal(byte);
    const { tape } = this;
    tape[record + NAME] = name;
    tape[record + NAME_END] = nameEnd;
    tape[record + START] = this.tokenStart;
    tape[record + END] = this.tokenEnd;
  }

  private enter(record: number): void {
    if (this.depth >= this.maxDepth) throw this.fault('CANONICAL.TOO_DEEP', 'nested too deeply', this.at);
    const top = 2 * this.depth++;
    if (top === this.open.length) this.open = grown(this.open);
    this.open[top] = record;
    this.open[top + 1] = this.childCount;
    this.at++;
  }

  /** Links the children of the innermost container in their canonical order. */
  private close(isObject: boolean): void {
    const { tape, children } = this;
    const top = 2 * --this.depth;
    const from = this.open[top + 1]!;
    if (isObject) {
      const twice = sortByName(this.bytes, tape, children, from, this.childCount);
      if (twice !== -1) throw this.duplicate(tape[twice + NAME]!);
    }
    let link = this.open[top]! + FIRST;
    for (let at = from; at < this.childCount; at++) {
      tape[link] = children[at]!;
      link = children[at]! + NEXT;
    }
    tape[link] = 0;
    this.childCount = from;
    this.at++;
  }

  /** Reads the string at the place, and notes where its canonical token lies. */
  private string(): void {
    const { bytes } = this;
    const start = this.at;
    let respell = false;
    let at = start + 1;
    for (;;) {
      while (PLAIN[bytes[at]!] === 1) at++;
      const byte = bytes[at]!;
      if (byte === json.QUOTE) break;
      if (byte === json.BACKSLASH) {
        if (CANONICAL_ESCAPE[bytes[at + 1]!] === 0) {
          respell = true;
          this.checkEscape(at);
        }
        at += 2;
      } else if (byte >= 0x80) {
        const length = utf8SequenceLength(bytes, at);
        if (length === 0) throw invalidUtf8(at);
        at += length;
      } else {
        this.at = at;
        throw this.unexpected('the rest of a string');
      }
    }
    this.at = at + 1;
    this.tokenStart = start;
    this.tokenEnd = at + 1;
    if (respell) this.respell(start);
  }

  private checkEscape(at: number): void {
    const letter = this.bytes[at + 1];
    if (letter === SOLIDUS) return;
    this.at = at;
    if (letter !== LETTER_U) throw this.unexpected('an escape');
    for (let digit = at + 2; digit < at + 6; digit++)
      if (!json.isHexDigit(this.bytes[digit]!)) throw this.unexpected('an escape');
  }

  /** Adds the canonical token of the string just read (ECMAScript's JSON.stringify, as RFC 8785, section 3.2.2.2). */
  private respell(start: number): void {
    const token = decoder.decode(this.bytes.subarray(start, this.tokenEnd));
    const text = JSON.parse(token) as string;
    if (!text.isWellFormed()) throw loneSurrogate(this.position(start) + loneEscape(token));
    const canonical = JSON.stringify(text);
    this.reserve(3 * canonical.length);
    this.tokenStart = this.used;
    this.used += encoder.encodeInto(canonical, this.bytes.subarray(this.used)).written;
    this.tokenEnd = this.used;
    this.respelt.set(this.tokenStart, start);
  }

  private number(): void {
    const { bytes } = this;
    if (bytes[this.at] === json.MINUS) this.at++;
    if (bytes[this.at] === json.ZERO) this.at++;
    else this.digits();
    if (bytes[this.at] === json.POINT) {
      this.at++;
      this.digits();
    }
    if ((bytes[this.at]! | 0x20) === LETTER_E) {
      this.at++;
      if (bytes[this.at] === json.PLUS || bytes[this.at] === json.MINUS) this.at++;
      this.digits();
    }
    this.tokenEnd = this.at;
  }

  private digits(): void {
    if (!json.isDigit(this.bytes[this.at]!)) throw this.unexpected('a digit');
    while (json.isDigit(this.bytes[this.at]!)) this.at++;
  }

  private literal(first: number): void {
    const literal = LITERALS.get(first);
    if (literal?.every((byte, offset) => this.bytes[this.at + offset] === byte) !== true)
      throw this.unexpected('a value');
    this.at += literal.length;
    this.tokenEnd = this.at;
  }

  private skipSpace(): void {
    const { bytes } = this;
    let at = this.at;
    for (;;) {
      const byte = bytes[at]!;
      if (byte > json.SPACE) break;
      if (
        byte !== json.SPACE &&
        byte !== json.LINE_FEED &&
        byte !== json.CARRIAGE_RETURN &&
        byte !== json.TAB
      )
        break;
      at++;
    }
    this.at = at;
  }

  private addRecord(): number {
    const record = this.size;
    this.size += STRIDE;
    if (this.size > this.tape.length) this.tape = grown(this.tape);
    if (this.childCount === this.children.length) this.children = grown(this.children);
    this.children[this.childCount++] = record;
    return record;
  }

  /** Makes room for so many bytes after those in use. */
  private reserve(count: number): void {
    if (this.used + count <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.used + count, 2 * this.used));
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
  }

  private unexpected(expected: string): CoreError {
    if (this.bytes[this.at]! >= 0x80 && utf8SequenceLength(this.bytes, this.at) === 0)
      return invalidUtf8(this.at);
    return this.fault('CANONICAL.SYNTAX', `expected ${expected}`, this.at);
  }

  private duplicate(name: number): CoreError {
    return this.fault(
      'CANONICAL.DUPLICATE_MEMBER',
      'two members of one name',
      this.respelt.get(name) ?? name,
    );
  }

  private fault(code: CoreErrorCode, message: string, at: number): CoreError {
    const position = this.position(at);
    return new CoreError(code, `${message} at offset ${position}`, position);
  }

  /** The offset in UTF-16 code units of a byte of the text. */
  private position(at: number): number {
    return decoder.decode(this.bytes.subarray(0, at)).length;
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

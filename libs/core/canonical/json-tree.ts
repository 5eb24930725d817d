import { OPEN_ARRAY, OPEN_OBJECT } from './json-bytes.js';
import { END, FIRST, type JsonDocument, NAME, NAME_END, NEXT, START, STRIDE } from './json-document.js';
import { tokenString, type JsonValue } from './json-value.js';

const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** One character for each byte, the right one for ASCII. */
const byteDecoder = new TextDecoder('latin1');
const NOT_ASCII = /[^\0-\x7f]/;

/** The document as values. Children stand after their parents on the tape, so that going backwards needs no stack. */
export function treeOf({ bytes, used, tape, size }: JsonDocument): JsonValue {
  const text = byteDecoder.decode(bytes.subarray(0, used));
  const token = (start: number, end: number): string => {
    const slice = text.slice(start, end);
    return NOT_ASCII.test(slice) ? utf8Decoder.decode(bytes.subarray(start, end)) : slice;
  };
  const values = new Array<JsonValue>(size / STRIDE);
  const object = (first: number): JsonValue => {
    const members = new Map<string, JsonValue>();
    for (let child = first; child !== 0; child = tape[child + NEXT]!) {
      const name = tokenString(token(tape[child + NAME]!, tape[child + NAME_END]!))!;
      members.set(name, values[child / STRIDE]!);
    }
    return members;
  };
  const array = (first: number): JsonValue => {
    const items: JsonValue[] = [];
    for (let child = first; child !== 0; child = tape[child + NEXT]!) items.push(values[child / STRIDE]!);
    return items;
  };
  for (let record = size - STRIDE; record >= 0; record -= STRIDE) {
    const opening = bytes[tape[record + START]!];
    if (opening === OPEN_OBJECT) values[record / STRIDE] = object(tape[record + FIRST]!);
    else if (opening === OPEN_ARRAY) values[record / STRIDE] = array(tape[record + FIRST]!);
    else values[record / STRIDE] = token(tape[record + START]!, tape[record + END]!);
  }
  return values[0]!;
}

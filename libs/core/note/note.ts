import { CoreError, refusedAs } from '../core.errors.js';
import { fromBase64, toBase64, toHex } from '../encoding/encoding.js';
import { isKeyName } from './verifier-key.js';

/** A signed note, parsed but not verified: its text must not be believed yet (C2SP signed-note). */
export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** Key id: four bytes in hexadecimal. */
  readonly id: string;
  readonly signature: Uint8Array;
}

/** Characters of a note and signatures on it that we read; the specification asks for 16 signatures at least. */
const MAX_LENGTH = 1 << 20;
const MAX_SIGNATURES = 100;

const KEY_ID_LENGTH = 4;
const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/u;
// eslint-disable-next-line no-control-regex -- a note holds no control characters other than newline
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** Parses a signed note. Throws NOTE.MALFORMED. */
export function parseNote(note: string): Note {
  if (note.length > MAX_LENGTH) throw malformed('it is too long');
  if (!isNoteText(note)) throw malformed('it is not UTF-8 text of whole lines without control characters');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed('no blank line stands before the signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** Whether a text can be signed: well-formed, in whole lines, no control characters but newline. */
export function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !CONTROL.test(text);
}

/** One signature line without its newline; `signature` begins with the four bytes of the key id. */
export function formatSignature(name: string, signature: Uint8Array): string {
  return `— ${name} ${toBase64(signature)}`;
}

/** The note with more signature lines below; lines that it has already are not added again. Throws NOTE.MALFORMED. */
export function addSignatures(note: string, lines: readonly string[]): string {
  const { text } = parseNote(note);
  // A line that holds a newline could move the blank line, and with it what the signatures are over.
  lines.forEach(parseSignature);
  const present = note.slice(text.length + 1, -1).split('\n');
  return `${text}\n${[...new Set([...present, ...lines])].join('\n')}\n`;
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name))
    throw malformed('a signature line is broken');
  const bytes = refusedAs('NOTE.MALFORMED', 'signature', () => fromBase64(encoded));
  if (bytes.length <= KEY_ID_LENGTH) throw malformed('a signature is too short');
  return { name, id: toHex(bytes.subarray(0, KEY_ID_LENGTH)), signature: bytes.subarray(KEY_ID_LENGTH) };
}

function malformed(reason: string): CoreError {
  return new CoreError('NOTE.MALFORMED', `signed note: ${reason}`);
}

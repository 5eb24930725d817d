import { isDigit, MINUS } from '../canonical/json-bytes.js';
import { END, type JsonDocument, nameToken, START, STRIDE } from '../canonical/json-document.js';
import { stringToken } from '../canonical/json-value.js';
import { META, pruneMeta } from './exact-view.js';
import { portableNumber } from './portable-number.js';
import { isReference, referenceOf } from './references.js';

const SECURITY = nameToken('security');
/** What another server writes anew, or has its own of; a primitive's `_` sibling is part of it. */
const LOCAL = ['id', '_id', 'text'].map(nameToken);
/** A whole number of up to so many digits is in its portable form whatever its digits are. */
const PLAIN_DIGITS = 21;

/**
 * Makes the portable view (docs/spec/views.md) out of the exact one, in place.
 * @param base FHIR base URL of the source, without a trailing slash; without it no reference becomes relative
 */
export function makePortable(document: JsonDocument, base: string | undefined): void {
  pruneMeta(document, (member) => document.isNamed(member, SECURITY));
  document.filter(0, (member) => {
    if (document.isNamed(member, META)) return document.isObject(member);
    return !LOCAL.some((name) => document.isNamed(member, name));
  });
  for (let record = 0; record < document.size; record += STRIDE) {
    if (isNumber(document, record)) respellNumber(document, record);
    else if (base !== undefined && isReference(document, record)) makeRelative(document, record, base);
  }
}

function isNumber({ bytes, tape }: JsonDocument, record: number): boolean {
  const first = bytes[tape[record + START]!]!;
  return isDigit(first) || first === MINUS;
}

function respellNumber(document: JsonDocument, record: number): void {
  const { bytes, tape } = document;
  const start = tape[record + START]!;
  const end = tape[record + END]!;
  let at = start;
  while (at < end && isDigit(bytes[at]!)) at++;
  if (at === end && end - start <= PLAIN_DIGITS) return;
  const token = document.token(record);
  const portable = portableNumber(token);
  if (portable !== token) document.replaceToken(record, portable);
}

function makeRelative(document: JsonDocument, record: number, base: string): void {
  const reference = referenceOf(document, record);
  if (reference.startsWith(`${base}/`))
    document.replaceToken(record, stringToken(reference.slice(base.length + 1)));
}

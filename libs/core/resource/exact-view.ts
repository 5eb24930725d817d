import { FIRST, type JsonDocument, nameToken, STRIDE } from '../canonical/json-document.js';
import { stringToken, tokenString } from '../canonical/json-value.js';
import { withoutSignature } from './presigned-url.js';

export const META = nameToken('meta');
const URL = nameToken('url');
/** What a source changes by storing a resource; a primitive's `_` sibling is part of it. */
const BOOKKEEPING = ['versionId', 'lastUpdated', 'source'].flatMap((name) => [
  nameToken(name),
  nameToken(`_${name}`),
]);

/** The exact view of a resource's document, as a document (docs/spec/views.md). */
export function exactDocument(document: JsonDocument): JsonDocument {
  const exact = document.fork();
  pruneMeta(exact, (member) => !BOOKKEEPING.some((name) => exact.isNamed(member, name)));
  for (let record = 0; record < exact.size; record += STRIDE)
    if (exact.isNamed(record, URL)) stripUrl(exact, record);
  return exact;
}

/** Keeps the wanted members of the root's `meta`, and `meta` itself only when any are left. */
export function pruneMeta(document: JsonDocument, keep: (member: number) => boolean): void {
  const meta = document.member(0, META);
  if (meta === 0 || !document.isObject(meta)) return;
  document.filter(meta, keep);
  if (document.tape[meta + FIRST] === 0) document.filter(0, (member) => member !== meta);
}

function stripUrl(document: JsonDocument, record: number): void {
  const url = document.isString(record) ? tokenString(document.token(record)) : undefined;
  if (url === undefined) return;
  const bare = withoutSignature(url);
  if (bare !== url) document.replaceToken(record, stringToken(bare));
}

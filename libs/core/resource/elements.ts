import { hmacSha256, sha256 } from '#sha256';
import { type CanonicalWriter, writerFor } from '../canonical/canonical-writer.js';
import { CLOSE_OBJECT, COMMA, OPEN_OBJECT } from '../canonical/json-bytes.js';
import { FIRST, type JsonDocument, NEXT } from '../canonical/json-document.js';
import { concatBytes, toHex, utf8 } from '../encoding/encoding.js';
import { HASH_LENGTH, leafHash, treeHash } from '../merkle/tree-hash.js';
import type { Element, ElementLeaf } from './element.js';
import { exactDocument } from './exact-view.js';
import type { FhirResource } from './fhir-resource.js';

const LEAF_PREFIX = 0x00;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** The braces around an element, and the comma inside. */
const BRACES = 3;

/** The elements of a resource's exact view (docs/spec/elements.md), sorted by name. */
export function exactElements(resource: FhirResource): readonly Element[] {
  const document = exactDocument(resource.document);
  const writer = writerFor(document.used + BRACES);
  return groupMembers(document).map(({ name, members }) => {
    writer.begin();
    writeElement(writer, document, members);
    return { name, json: decoder.decode(writer.written()) };
  });
}

/** Salted leaves of elements, sorted by name. @param recordSalt 32 bytes */
export function elementLeaves(elements: readonly Element[], recordSalt: Uint8Array): readonly ElementLeaf[] {
  return elements
    .map(({ name, json }) => ({
      name,
      leaf: leafHash(concatBytes(elementSalt(recordSalt, name), utf8(json))),
    }))
    .sort(byName);
}

/** The same of all elements of an exact view's document, without a detour by strings. */
export function documentLeaves(document: JsonDocument, recordSalt: Uint8Array): readonly ElementLeaf[] {
  const writer = writerFor(1 + HASH_LENGTH + document.used + BRACES);
  return groupMembers(document).map(({ name, members }) => {
    const salt = elementSalt(recordSalt, name);
    writer.begin();
    writer.byte(LEAF_PREFIX);
    writer.raw(salt);
    writeElement(writer, document, members);
    return { name, leaf: sha256(writer.written()) };
  });
}

/** What a statement says of its elements: how many, and the RFC 6962 root of their leaves in hexadecimal. */
export function elementTree(leaves: readonly ElementLeaf[]): {
  readonly count: number;
  readonly root: string;
} {
  return { count: leaves.length, root: toHex(treeHash(leaves.map(({ leaf }) => leaf))) };
}

/** Salt of one element: HMAC-SHA-256(record salt, "element:" ‖ name), so that showing it shows no other. */
export function elementSalt(recordSalt: Uint8Array, name: string): Uint8Array {
  return hmacSha256(recordSalt, `element:${name}`);
}

/** The root's members by element, sorted by its name; members of one element stay in canonical order. */
function groupMembers(document: JsonDocument): { name: string; members: number[] }[] {
  const groups = new Map<string, { name: string; members: number[] }>();
  for (let member = document.tape[FIRST]!; member !== 0; member = document.tape[member + NEXT]!) {
    const name = document.name(member).replace(/^_/, '');
    const group = groups.get(name);
    if (group) group.members.push(member);
    else groups.set(name, { name, members: [member] });
  }
  return [...groups.values()].sort(byName);
}

function writeElement(writer: CanonicalWriter, document: JsonDocument, members: readonly number[]): void {
  writer.byte(OPEN_OBJECT);
  members.forEach((member, at) => {
    if (at > 0) writer.byte(COMMA);
    writer.write(document, member);
  });
  writer.byte(CLOSE_OBJECT);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

import { parseJson } from '../canonical/canonicalise.js';
import { canonicalJson } from '../canonical/canonical-json.js';
import { isJsonObject } from '../canonical/json-value.js';
import { CoreError, refusedAs } from '../core.errors.js';
import { concatBytes, fromHex, utf8 } from '../encoding/encoding.js';
import { leafHash } from '../merkle/tree-hash.js';
import { verifyInclusion } from '../merkle/verify-inclusion.js';
import type { Element } from '../resource/element.js';
import type { Statement } from '../statement/statement.js';
import type { Disclosure } from './evidence.js';

/** That the statement commits to the element shown, and that the resource, if there is one, holds the same. */
export function checkDisclosure(
  disclosure: Disclosure,
  statement: Statement,
  elements: readonly Element[] | undefined,
): string {
  checkElementJson(disclosure);
  if (statement.elements === undefined) throw wrong('the statement is of a delete, which has no elements');
  verifyInclusion({
    index: disclosure.position,
    size: statement.elements.count,
    leaf: leafHash(concatBytes(fromHex(disclosure.salt), utf8(disclosure.json))),
    proof: disclosure.path.map((hash) => fromHex(hash)),
    root: fromHex(statement.elements.root),
  });
  if (elements === undefined) return 'the statement commits to it';
  if (!elements.some(({ name, json }) => name === disclosure.name && json === disclosure.json))
    throw new CoreError('EVIDENCE.OTHER_RESOURCE', 'the resource holds another value, or none');
  return 'the statement commits to it, and the resource holds the same';
}

/** That the JSON is one canonical element of that name: the member, its `_` sibling, or both. */
function checkElementJson({ name, json }: Disclosure): void {
  const value = refusedAs('EVIDENCE.WRONG_DISCLOSURE', 'the element', () => parseJson(json));
  const names = isJsonObject(value) ? [...value.keys()] : [];
  if (names.length === 0 || names.some((member) => member !== name && member !== `_${name}`))
    throw wrong('it is not an element of that name');
  if (canonicalJson(value) !== json) throw wrong('it is not in canonical form');
}

function wrong(reason: string): CoreError {
  return new CoreError('EVIDENCE.WRONG_DISCLOSURE', reason);
}

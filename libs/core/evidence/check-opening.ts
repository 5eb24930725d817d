import { hmacSha256 } from '#sha256';
import { CoreError } from '../core.errors.js';
import { fromHex, toHex } from '../encoding/encoding.js';
import { treeHash } from '../merkle/tree-hash.js';
import type { Statement } from '../statement/statement.js';
import type { Opening } from './evidence.js';

/** That the record salt is the statement's, and that the element leaves make the tree that the statement commits to. */
export function checkOpening(opening: Opening, statement: Statement): string {
  if (toHex(hmacSha256(fromHex(opening.salt), 'statement')) !== statement.salt)
    throw new CoreError('EVIDENCE.WRONG_OPENING', 'the record salt is not that of the statement');
  const names = Object.keys(opening.elements).sort();
  const { count, root } = statement.elements ?? { count: 0, root: undefined };
  if (names.length !== count)
    throw new CoreError('EVIDENCE.WRONG_OPENING', 'the statement commits to another number of elements');
  if (root === undefined) return 'the salt is that of the statement; a delete has no elements';
  if (toHex(treeHash(names.map((name) => fromHex(opening.elements[name]!)))) !== root)
    throw new CoreError('EVIDENCE.WRONG_OPENING', 'the leaves of the elements make another tree');
  return `the salt is that of the statement, and the ${count} leaves make its element tree`;
}

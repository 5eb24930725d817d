import { CoreError } from '../core.errors.js';
import { equalBytes } from '../encoding/encoding.js';
import { isCount } from './proof-ranges.js';
import { HASH_LENGTH, nodeHash } from './tree-hash.js';

/** That the leaf with this hash is at `index` in the tree of `size` leaves with this root. Hashes have 32 bytes. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Checks an inclusion proof (RFC 9162, section 2.1.3.2). Throws MERKLE.INVALID_PROOF. */
export function verifyInclusion({ index, size, leaf, proof, root }: InclusionClaim): void {
  if (!isCount(index) || !isCount(size) || index >= size) throw refusal('the index is not within the tree');
  if (![leaf, root, ...proof].every((hash) => hash.length === HASH_LENGTH))
    throw refusal('a hash is not 32 bytes long');
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) throw refusal('the proof is too long');
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      // A right edge that has no sibling here moved up as it was.
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw refusal('the proof is too short');
  if (!equalBytes(hash, root)) throw refusal('the proof leads to another root');
}

function refusal(reason: string): CoreError {
  return new CoreError('MERKLE.INVALID_PROOF', `inclusion: ${reason}`);
}

import { CoreError } from '../core.errors.js';
import { equalBytes } from '../encoding/encoding.js';
import { isCount } from './proof-ranges.js';
import { HASH_LENGTH, nodeHash } from './tree-hash.js';

/** That the tree of `to` leaves extends the tree of `from` leaves. Hashes have 32 bytes. */
export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly proof: readonly Uint8Array[];
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
}

/**
 * Checks a consistency proof (RFC 9162, section 2.1.4.2). Two trees of one size are consistent when their roots are
 * the same and the proof is empty. Refuses `from` 0: every tree extends the empty one, so nothing would be proven.
 * Throws MERKLE.INVALID_PROOF.
 */
export function verifyConsistency({ from, to, proof, fromRoot, toRoot }: ConsistencyClaim): void {
  if (!isCount(from) || !isCount(to) || from === 0 || from > to) throw refusal('the sizes are not in order');
  if (![fromRoot, toRoot, ...proof].every((hash) => hash.length === HASH_LENGTH))
    throw refusal('a hash is not 32 bytes long');
  if (from === to) {
    if (proof.length > 0) throw refusal('the proof is too long');
    if (!equalBytes(fromRoot, toRoot)) throw refusal('one size has two roots');
    return;
  }
  const roots = rootsOf(from, to, fromRoot, proof);
  if (!equalBytes(roots.from, fromRoot)) throw refusal('the proof leads to another old root');
  if (!equalBytes(roots.to, toRoot)) throw refusal('the proof leads to another new root');
}

function rootsOf(from: number, to: number, fromRoot: Uint8Array, proof: readonly Uint8Array[]) {
  let position = from - 1;
  let last = to - 1;
  const up = () => {
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  };
  while (position % 2 === 1) up();
  // An old tree that is one complete subtree is itself where the proof begins.
  const [seed, ...rest] = position === 0 ? [fromRoot, ...proof] : proof;
  if (seed === undefined) throw refusal('the proof is too short');
  const roots = { from: seed, to: seed };
  for (const hash of rest) {
    if (last === 0) throw refusal('the proof is too long');
    if (position % 2 === 1 || position === last) {
      roots.from = nodeHash(hash, roots.from);
      roots.to = nodeHash(hash, roots.to);
      while (position % 2 === 0 && position !== 0) up();
    } else {
      roots.to = nodeHash(roots.to, hash);
    }
    up();
  }
  if (last !== 0) throw refusal('the proof is too short');
  return roots;
}

function refusal(reason: string): CoreError {
  return new CoreError('MERKLE.INVALID_PROOF', `consistency: ${reason}`);
}

import { consistencyProof, leafHash, treeHash, utf8 } from '#core';
import type { LedgerCheckpoint } from '#ports';

/** A log of which any part can be anchored: every entry's content is its index, behind the branch's name. */
export interface TestLog {
  readonly leaves: readonly Uint8Array[];
  checkpoint(size: number, origin?: string): LedgerCheckpoint;
  /** RFC 6962 consistency proof; from 0, the empty one. */
  proof(from: number, to: number): Uint8Array[];
}

/** @param branch logs of other branches have no entry in common */
export function testLog(size: number, origin = 'log.example/test', branch = ''): TestLog {
  const leaves = Array.from({ length: size }, (_, index) => leafHash(utf8(`${branch}${index}`)));
  return {
    leaves,
    checkpoint: (to, name = origin) => ({ origin: name, size: to, root: treeHash(leaves.slice(0, to)) }),
    proof: (from, to) => consistencyProof(from, leaves.slice(0, to)),
  };
}

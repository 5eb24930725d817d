import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CoreError } from '../core.errors.js';
import { fromHex } from '../encoding/encoding.js';
import { verifyConsistency } from '../merkle/verify-consistency.js';
import type { Skipped } from './checklist.js';
import type { EvidenceAnchor } from './evidence.js';
import type { Trust } from './trust.js';

/** That the anchored checkpoint holds the entry and is of the same log as the proof's. */
export function checkAnchoredCheckpoint(
  anchor: EvidenceAnchor,
  index: number,
  checkpoint: Checkpoint,
): string {
  if (anchor.size <= index)
    throw new CoreError('EVIDENCE.ANCHOR_TOO_OLD', 'the anchored checkpoint is older than the entry');
  const anchored = { size: anchor.size, root: fromHex(anchor.root) };
  const [from, to] = anchor.size <= checkpoint.size ? [anchored, checkpoint] : [checkpoint, anchored];
  const proof = anchor.consistency.map((hash) => fromHex(hash));
  verifyConsistency({ from: from.size, to: to.size, proof, fromRoot: from.root, toRoot: to.root });
  return `the anchored checkpoint of ${anchor.size} entries is of the same log and holds the entry`;
}

/** That the anchor is on a contract that the verifier trusts. */
export function checkLedger({ kind, facts }: EvidenceAnchor, trust: Trust): string | Skipped {
  if (kind !== 'evm') return { skipped: `this verifier does not know ledgers of kind ${kind}` };
  if (trust.ledgers.length === 0) return { skipped: 'the trust file names no ledger' };
  const contract = String(facts['contract']).toLowerCase();
  const known = trust.ledgers.some(
    (ledger) => ledger.chainId === facts['chainId'] && ledger.contract.toLowerCase() === contract,
  );
  if (!known)
    throw new CoreError('EVIDENCE.UNKNOWN_LEDGER', 'the trust file names another contract or another chain');
  return `contract ${contract} on chain ${facts['chainId']!}`;
}

import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { CoreError } from '../core.errors.js';
import { verifyInclusion } from '../merkle/verify-inclusion.js';
import { parseNote } from '../note/note.js';
import { signersOf } from '../note/open-note.js';
import { parseVerifierKey } from '../note/verifier-key.js';
import type { TlogProof } from '../tlog-proof/tlog-proof.js';
import type { Skipped } from './checklist.js';
import type { Trust } from './trust.js';

/** That the leaf is in the tree of the proof's checkpoint, at the index that the evidence names. */
export function checkInclusion(index: number, leaf: Uint8Array, proof: TlogProof): string {
  if (proof.index !== index)
    throw new CoreError('EVIDENCE.OTHER_INDEX', 'the proof is about another index than the evidence');
  const { size, root } = parseCheckpoint(parseNote(proof.checkpoint).text);
  verifyInclusion({ index, size, leaf, proof: proof.hashes, root });
  return `entry ${index} is in the tree of ${size} entries`;
}

/** That the log's own key, which the verifier trusts, signed the checkpoint. */
export function checkCheckpointSignature(note: string, trust: Trust): string {
  const { origin } = openCheckpoint(note, trust.logs.map(parseVerifierKey));
  return `signed by ${origin}`;
}

/** That enough of the trusted witnesses cosigned the checkpoint, and that none of their cosignatures is wrong. */
export function checkCosignatures(note: string, trust: Trust): string | Skipped {
  const witnesses = signersOf(parseNote(note), trust.witnesses.map(parseVerifierKey));
  const found = `${witnesses.length} of ${trust.witnesses.length} trusted witnesses cosigned`;
  if (trust.quorum === 0) return { skipped: `the trust file asks for none; ${found}` };
  if (witnesses.length < trust.quorum)
    throw new CoreError('EVIDENCE.NO_QUORUM', `${found}, and the trust file asks for ${trust.quorum}`);
  return `${found}; the trust file asks for ${trust.quorum}`;
}

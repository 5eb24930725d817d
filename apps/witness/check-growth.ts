import { CoreError, equalBytes, treeHash, verifyConsistency, type Checkpoint } from '#core';
import type { AddCheckpoint } from './add-checkpoint.js';
import { WitnessRefusal } from './witness.errors.js';

/**
 * That the checkpoint extends what the witness holds of its log (undefined: nothing yet), in the order in which C2SP
 * tlog-witness has the checks. Throws WitnessRefusal 409 and 422.
 */
export function checkGrowth(request: AddCheckpoint, held: Checkpoint | undefined): void {
  const { old, proof, checkpoint } = request;
  const heldSize = held?.size ?? 0;
  if (old !== heldSize)
    throw new WitnessRefusal(409, 'the old size is not the one that this witness holds', heldSize);
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, treeHash([])))
    throw inconsistent('an empty tree has another root');
  if (held === undefined || heldSize === 0) {
    // The empty tree is consistent with any other: there is nothing to prove.
    if (proof.length > 0) throw inconsistent('a proof from size 0 is empty');
    return;
  }
  try {
    verifyConsistency({
      from: old,
      to: checkpoint.size,
      proof,
      fromRoot: held.root,
      toRoot: checkpoint.root,
    });
  } catch (error) {
    if (error instanceof CoreError) throw inconsistent(error.message);
    throw error;
  }
}

function inconsistent(reason: string): WitnessRefusal {
  return new WitnessRefusal(422, reason);
}

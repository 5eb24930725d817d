import { signersOf } from '../note/open-note.js';
import { parseNote } from '../note/note.js';
import type { VerifierKey } from '../note/verifier-key.js';

/** Which logs are known, and whose cosignatures a checkpoint needs to be valid (C2SP tlog-policy). */
export interface TlogPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Undefined for `quorum none`: no cosignature is needed. */
  readonly quorum: PolicyMember | undefined;
}

export interface PolicyLog {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

export interface PolicyWitness {
  readonly kind: 'witness';
  /** Means something within this policy alone. */
  readonly name: string;
  readonly key: VerifierKey;
  /** The witness's submission prefix (C2SP tlog-witness). */
  readonly url: string | undefined;
}

/** Witnesses a checkpoint when at least `threshold` of its members do. */
export interface PolicyGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly PolicyMember[];
}

export type PolicyMember = PolicyWitness | PolicyGroup;

/**
 * Whether enough of the policy's witnesses cosigned a checkpoint. The log's own signature is not looked at: see
 * `openCheckpoint`. Throws NOTE.MALFORMED, and NOTE.BAD_SIGNATURE when a listed witness's cosignature is wrong.
 */
export function meetsQuorum(note: string, { witnesses, quorum }: TlogPolicy): boolean {
  if (!quorum) return true;
  const signers = signersOf(
    parseNote(note),
    witnesses.map(({ key }) => key),
  );
  return hasWitnessed(quorum, new Set(signers));
}

function hasWitnessed(member: PolicyMember, signers: ReadonlySet<VerifierKey>): boolean {
  if (member.kind === 'witness') return signers.has(member.key);
  return member.members.filter((inner) => hasWitnessed(inner, signers)).length >= member.threshold;
}

import { parseNote } from '../note/note.js';
import { openNote } from '../note/open-note.js';
import type { VerifierKey } from '../note/verifier-key.js';
import { parseCheckpoint, type Checkpoint } from './checkpoint.js';

/** A checkpoint that the log's own key vouches for. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly signedBy: readonly VerifierKey[];
}

/**
 * Opens a signed checkpoint: a key whose name is the checkpoint's origin must have signed it, and none of that name
 * that signed may be wrong. Throws NOTE.* and CHECKPOINT.MALFORMED.
 */
export function openCheckpoint(note: string, logKeys: readonly VerifierKey[]): OpenedCheckpoint {
  const checkpoint = parseCheckpoint(parseNote(note).text);
  const { signedBy } = openNote(
    note,
    logKeys.filter(({ name }) => name === checkpoint.origin),
  );
  return { ...checkpoint, signedBy };
}

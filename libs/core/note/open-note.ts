import { verifyEd25519 } from '#ed25519';
import { CoreError } from '../core.errors.js';
import { utf8 } from '../encoding/encoding.js';
import { verifyCosignature } from './cosignature.js';
import { parseNote, type Note, type NoteSignature } from './note.js';
import { COSIGNATURE_TYPES, type VerifierKey } from './verifier-key.js';

/** A note whose text a trusted key vouches for. */
export interface OpenedNote {
  readonly text: string;
  /** The keys that signed it, each once, in the order of their first lines. */
  readonly signedBy: readonly VerifierKey[];
}

/**
 * Parses a note and verifies every signature by a key that is given; lines of other keys are ignored.
 * Throws NOTE.MALFORMED; NOTE.BAD_SIGNATURE when a given key's signature is wrong, whatever else is on the note;
 * NOTE.NO_TRUSTED_SIGNATURE when no given key signed it; CHECKPOINT.MALFORMED when a witness cosigned what is none.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): OpenedNote {
  const parsed = parseNote(note);
  const signedBy = signersOf(parsed, keys);
  if (signedBy.length === 0)
    throw new CoreError('NOTE.NO_TRUSTED_SIGNATURE', 'no trusted key signed this note');
  return { text: parsed.text, signedBy };
}

/** The given keys that signed a note, perhaps none. Throws NOTE.BAD_SIGNATURE when a given key's signature is wrong. */
export function signersOf({ text, signatures }: Note, keys: readonly VerifierKey[]): readonly VerifierKey[] {
  const signers = new Set<VerifierKey>();
  for (const signature of signatures)
    for (const key of keys.filter(({ name, id }) => name === signature.name && id === signature.id)) {
      if (!isSignedBy(key, text, signature))
        throw new CoreError('NOTE.BAD_SIGNATURE', `the signature of ${key.name} is not for this text`);
      signers.add(key);
    }
  return [...signers];
}

function isSignedBy(key: VerifierKey, text: string, { signature }: NoteSignature): boolean {
  if (COSIGNATURE_TYPES.includes(key.type)) return verifyCosignature(key, text, signature);
  return verifyEd25519(key.key, utf8(text), signature);
}

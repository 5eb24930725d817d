import { CoreError, parseCheckpoint, parseNote, signersOf, type Checkpoint, type VerifierKey } from '#core';
import type { Check } from '../frame/check-lines.js';
import { CliError } from '../frame/cli.errors.js';
import { LogContradiction } from './log-contradiction.js';
import type { LogFiles } from './log-files.js';

/** A checkpoint with the note that it stands in, verbatim. */
export interface NotedCheckpoint extends Checkpoint {
  readonly note: string;
}

/** Longest checkpoint that is read, in bytes. */
export const MAX_CHECKPOINT_BYTES = 1 << 20;

/** The newest checkpoint of a log, not yet believed. Throws LOG.NOT_FOUND, NOTE.MALFORMED, CHECKPOINT.MALFORMED. */
export async function newestCheckpoint(files: LogFiles): Promise<NotedCheckpoint> {
  const bytes = await files.read('checkpoint', MAX_CHECKPOINT_BYTES);
  if (bytes) return readCheckpoint(bytes);
  throw new CliError('LOG.NOT_FOUND', 'there is no checkpoint', {
    place: { input: files.place },
    advice:
      'Give the prefix below which the log has its file "checkpoint"; a log without an entry has none yet.',
  });
}

/** Reads a signed checkpoint without believing it. Throws NOTE.MALFORMED and CHECKPOINT.MALFORMED. */
export function readCheckpoint(bytes: Uint8Array): NotedCheckpoint {
  const note = textOf(bytes);
  return { ...parseCheckpoint(parseNote(note).text), note };
}

/** That each of the keys signed the checkpoint: the log's own under its origin, witnesses' beside it. */
export function checkSignatures(
  name: string,
  { origin, note }: NotedCheckpoint,
  keys: readonly VerifierKey[],
): Check {
  if (keys.length === 0)
    return { name, status: 'skipped', detail: "no --key was given: nobody's signature was checked" };
  const signers = signersIn(note, keys);
  const missing = keys.filter((key) => !signers.includes(key));
  if (missing.length > 0)
    throw new LogContradiction(
      'AUDIT.NOT_SIGNED',
      `the checkpoint of ${origin} is not signed by ${missing.map((key) => `${key.name}+${key.id}`).join(', ')}`,
    );
  return { name, status: 'passed', detail: `signed by ${signers.map((key) => key.name).join(', ')}` };
}

function signersIn(note: string, keys: readonly VerifierKey[]): readonly VerifierKey[] {
  try {
    return signersOf(parseNote(note), keys);
  } catch (error) {
    if (!(error instanceof CoreError && error.code === 'NOTE.BAD_SIGNATURE')) throw error;
    throw new LogContradiction(error.code, error.message);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CoreError('NOTE.MALFORMED', 'signed note: it is not UTF-8');
  }
}

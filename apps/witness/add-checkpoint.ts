import { CoreError, fromBase64, HASH_LENGTH, parseCheckpoint, parseNote, type Checkpoint } from '#core';
import { WitnessRefusal } from './witness.errors.js';

/** A request, read but not yet believed (C2SP tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly note: string;
  /** What the note says. */
  readonly checkpoint: Checkpoint;
}

const OLD = /^old (0|[1-9]\d*)$/;
const MAX_PROOF_LINES = 63;

/** Reads the body of a request. Throws WitnessRefusal 400. */
export function readAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const text = decode(body);
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('no blank line stands before the checkpoint');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const old = Number(OLD.exec(first)?.[1]);
  if (!Number.isSafeInteger(old)) throw malformed('expected old and a size');
  if (lines.length > MAX_PROOF_LINES) throw malformed(`the proof has more than ${MAX_PROOF_LINES} lines`);
  const note = text.slice(end + 2);
  return {
    old,
    proof: lines.map((line) => refusing(() => hashOf(line))),
    note,
    checkpoint: refusing(() => parseCheckpoint(parseNote(note).text)),
  };
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw malformed('it is not UTF-8');
  }
}

function hashOf(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash.length !== HASH_LENGTH) throw malformed('a line of the proof is not a hash of 32 bytes');
  return hash;
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CoreError) throw malformed(error.message);
    throw error;
  }
}

function malformed(reason: string): WitnessRefusal {
  return new WitnessRefusal(400, reason);
}

import { CoreError, refusedAs } from '../core.errors.js';
import { fromBase64, toBase64 } from '../encoding/encoding.js';
import { HASH_LENGTH } from '../merkle/tree-hash.js';
import { isNoteText } from '../note/note.js';

/** What a log says of itself at one size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** RFC 6962 tree hash: 32 bytes. */
  readonly root: Uint8Array;
}

const SIZE = /^(?:0|[1-9]\d*)$/;

/** The text of a checkpoint's note: origin, size and root, a line each. Throws CHECKPOINT.MALFORMED. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  parseCheckpoint(text);
  return text;
}

/**
 * Reads the text of a checkpoint's note; extension lines are allowed and ignored. A size over 2^53 - 1 is refused.
 * Throws CHECKPOINT.MALFORMED.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!isNoteText(text)) throw malformed('it is not lines of plain text');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || size === undefined || root === undefined) throw malformed('expected origin, size and root');
  if (extensions.includes('')) throw malformed('an extension line is empty');
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed('the size is not a whole number');
  const hash = refusedAs('CHECKPOINT.MALFORMED', 'checkpoint root', () => fromBase64(root));
  if (hash.length !== HASH_LENGTH) throw malformed('the root is not 32 bytes');
  return { origin, size: Number(size), root: hash };
}

function malformed(reason: string): CoreError {
  return new CoreError('CHECKPOINT.MALFORMED', `checkpoint: ${reason}`);
}

import { CoreError, refusedAs } from '../core.errors.js';
import { fromBase64, toBase64 } from '../encoding/encoding.js';
import { isCount } from '../merkle/proof-ranges.js';
import { HASH_LENGTH } from '../merkle/tree-hash.js';

/** That an entry is in a log, to be checked without asking the log (C2SP tlog-proof). Parsed, not verified. */
export interface TlogProof {
  readonly index: number;
  /** Inclusion proof, from the leaf's sibling up: 32 bytes each. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** Opaque and not authenticated. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const INDEX = /^index (0|[1-9]\d*)$/;
const EXTRA = /^extra (.+)$/;
/** No tree that we can count has a longer path: sizes stay below 2^53. */
const MAX_HASHES = 53;

/** Writes what `parseTlogProof` reads. Throws PROOF.MALFORMED. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra ? [`extra ${toBase64(extra)}`] : []),
    `index ${index}`,
    ...hashes.map(toBase64),
  ];
  const text = `${lines.join('\n')}\n\n${checkpoint}`;
  parseTlogProof(text);
  return text;
}

/** Reads a tlog-proof; the checkpoint in it is taken as it stands. Throws PROOF.MALFORMED. */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('no blank line stands before the checkpoint');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) throw malformed(`expected ${HEADER}`);
  const extra = EXTRA.exec(lines[0] ?? '')?.[1];
  const [, digits] = INDEX.exec(lines[extra === undefined ? 0 : 1] ?? '') ?? [];
  if (digits === undefined || !isCount(Number(digits))) throw malformed('expected the index of the entry');
  const hashes = lines.slice(extra === undefined ? 1 : 2);
  if (hashes.length > MAX_HASHES) throw malformed(`it has more than ${MAX_HASHES} hashes`);
  return {
    index: Number(digits),
    hashes: hashes.map(parseHash),
    checkpoint: text.slice(end + 2),
    ...(extra === undefined ? {} : { extra: parseBase64(extra) }),
  };
}

function parseHash(line: string): Uint8Array {
  const hash = parseBase64(line);
  if (hash.length !== HASH_LENGTH) throw malformed('a hash is not 32 bytes');
  return hash;
}

function parseBase64(encoded: string): Uint8Array {
  return refusedAs('PROOF.MALFORMED', 'tlog-proof', () => fromBase64(encoded));
}

function malformed(reason: string): CoreError {
  return new CoreError('PROOF.MALFORMED', `tlog-proof: ${reason}`);
}

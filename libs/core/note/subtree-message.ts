import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { concatBytes, utf8 } from '../encoding/encoding.js';

const LABEL = 'subtree/v1\n\0';
const MAX_NAME_LENGTH = 255;

/**
 * What an ML-DSA-44 cosignature of a whole checkpoint signs (C2SP tlog-cosignature, ML-DSA-44 signed message); unlike
 * the Ed25519 message it leaves out extension lines. Undefined when one of the names has no place in it.
 * @param timestamp POSIX seconds. Throws CHECKPOINT.MALFORMED.
 */
export function subtreeMessage(
  cosigner: string,
  timestamp: bigint,
  checkpointText: string,
): Uint8Array | undefined {
  const { origin, size, root } = parseCheckpoint(checkpointText);
  const names = [utf8(cosigner), utf8(origin)];
  if (names.some(({ length }) => length > MAX_NAME_LENGTH)) return undefined;
  const [name, log] = names.map((bytes) => concatBytes(Uint8Array.of(bytes.length), bytes));
  return concatBytes(utf8(LABEL), name!, uint64(timestamp), log!, uint64(0n), uint64(BigInt(size)), root);
}

function uint64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

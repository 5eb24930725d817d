import { CoreError } from '../core.errors.js';
import { concatBytes } from '../encoding/encoding.js';

const MAX_ENTRY_LENGTH = 0xffff;

/**
 * An entry bundle: each entry after its length as a big-endian uint16 (C2SP tlog-tiles, Log entries).
 * Throws TILE.INVALID_ENTRIES for an entry over 65,535 bytes.
 */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_LENGTH)
        throw new CoreError('TILE.INVALID_ENTRIES', `an entry has ${entry.length} bytes, over 65,535`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** The entries of a bundle, as views into it. Throws TILE.INVALID_ENTRIES when it ends within an entry. */
export function decodeEntries(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const [high, low] = [bundle[at], bundle[at + 1]];
    const end = at + 2 + ((high ?? 0) << 8) + (low ?? 0);
    if (low === undefined || end > bundle.length)
      throw new CoreError('TILE.INVALID_ENTRIES', 'the bundle ends within an entry');
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

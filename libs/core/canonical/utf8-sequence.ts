const isContinuation = (byte: number): boolean => byte >= 0x80 && byte <= 0xbf;

/**
 * How many bytes the UTF-8 sequence beginning with the byte `>= 0x80` at `at` has; 0 when it is not well formed
 * (The Unicode Standard, table 3-7). A byte that is no continuation must follow the last sequence.
 */
export function utf8SequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1]!;
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(second)) return 0;
  if (lead < 0xe0) return 2;
  if (!isContinuation(bytes[at + 2]!)) return 0;
  if (lead === 0xe0) return second >= 0xa0 ? 3 : 0;
  if (lead === 0xed) return second <= 0x9f ? 3 : 0;
  if (lead < 0xf0) return 3;
  if (!isContinuation(bytes[at + 3]!)) return 0;
  if (lead === 0xf0) return second >= 0x90 ? 4 : 0;
  if (lead === 0xf4) return second <= 0x8f ? 4 : 0;
  return 4;
}

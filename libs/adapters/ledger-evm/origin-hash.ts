import { bytesToHex, type Hex } from 'viem';
import { sha256, utf8 } from '#core';

/** What the contract calls a log by: SHA-256 of the UTF-8 bytes of its origin. */
export function originHash(origin: string): Hex {
  return bytesToHex(sha256(utf8(origin)));
}

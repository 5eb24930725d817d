import { hmacSha256 } from '#sha256';
import { toHex } from '../encoding/encoding.js';

/**
 * A view digest as a statement holds it: HMAC-SHA-256(HMAC-SHA-256(record salt, "view:" ‖ view), digest), hexadecimal.
 * So a statement tells nobody without its record salt which resource it is about.
 */
export function blindView(recordSalt: Uint8Array, view: 'exact' | 'portable', digest: Uint8Array): string {
  return toHex(hmacSha256(hmacSha256(recordSalt, `view:${view}`), digest));
}

import { CoreError } from '../core.errors.js';

/** A pair of escapes that makes one character, an escape that makes half of one, or any other escape. */
const ESCAPE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs;

export function invalidUtf8(byte: number): CoreError {
  return new CoreError('CANONICAL.INVALID_UTF8', `not UTF-8 at byte ${byte}`, byte);
}

export function loneSurrogate(position: number): CoreError {
  return new CoreError(
    'CANONICAL.LONE_SURROGATE',
    `a surrogate stands alone at offset ${position}`,
    position,
  );
}

/** Where in a string token the first escape stands that makes a lone surrogate. */
export function loneEscape(token: string): number {
  for (const match of token.matchAll(ESCAPE)) if (match[1] !== undefined) return match.index;
  return 0;
}

export function tooLarge(maxBytes: number): CoreError {
  return new CoreError('CANONICAL.TOO_LARGE', `more than ${maxBytes} bytes`, maxBytes);
}

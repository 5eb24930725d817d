import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { signature } from '../records/source.js';

/** Whether the source of the bench has signed this body. */
export function isSigned(body: Uint8Array, headers: IncomingHttpHeaders): boolean {
  const expected = Buffer.from(signature(body)['x-signature']);
  const given = Buffer.from(String(headers['x-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SourceAuthentication } from '#ports';

/** Header values as Node gives them: one string, several, or none. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Where senders put an HMAC-SHA-256 of the raw body, and what stands before its hexadecimal digits. */
const SIGNATURE_HEADERS = [
  { name: 'x-signature', prefix: '' },
  { name: 'x-hub-signature', prefix: 'sha256=' },
] as const;

/**
 * Whether a notification is the source's own: an HMAC-SHA-256 over the raw body bytes (`X-Signature` in hexadecimal,
 * or `X-Hub-Signature: sha256=…`), or a shared secret in the declared header. Compares in constant time.
 */
export function isAuthentic(
  authentication: SourceAuthentication,
  headers: Headers,
  body: Uint8Array,
): boolean {
  switch (authentication.kind) {
    case 'hmac':
      return signaturesOf(headers).some((signature) =>
        equalInConstantTime(
          signature,
          createHmac('sha256', authentication.secret).update(body).digest('hex'),
        ),
      );
    case 'header': {
      const value = headers[authentication.header.toLowerCase()];
      return typeof value === 'string' && equalInConstantTime(value, authentication.secret);
    }
  }
}

function signaturesOf(headers: Headers): readonly string[] {
  return SIGNATURE_HEADERS.flatMap(({ name, prefix }) => {
    const value = headers[name];
    if (typeof value !== 'string' || !value.startsWith(prefix)) return [];
    return [value.slice(prefix.length).toLowerCase()];
  });
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

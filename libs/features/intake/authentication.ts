import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SourceAuthentication } from '#ports';

/** Header values as Node gives them: one string, several, or none. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How a notification proved to be its source's own: only a signature covers its body. */
export type Proof = 'signature' | 'secret';

/** Where senders put an HMAC-SHA-256 of the raw body, and what stands before its hexadecimal digits. */
const SIGNATURE_HEADERS = [
  { name: 'x-signature', prefix: '' },
  { name: 'x-hub-signature', prefix: 'sha256=' },
] as const;

/**
 * What proves a notification to be the source's own: an HMAC-SHA-256 over the raw body bytes (`X-Signature` in
 * hexadecimal, or `X-Hub-Signature: sha256=…`), or a shared secret in the declared header; by the secret before this
 * one too, while it is replaced. Undefined: nothing does. Compares in constant time.
 */
export function proofOf(
  authentication: SourceAuthentication,
  headers: Headers,
  body: Uint8Array,
): Proof | undefined {
  const { kind, secret, previousSecret } = authentication;
  const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret];
  switch (kind) {
    case 'hmac': {
      const valid = secrets.map((one) => createHmac('sha256', one).update(body).digest('hex'));
      return isAmong(signaturesOf(headers), valid) ? 'signature' : undefined;
    }
    case 'header': {
      const value = headers[authentication.header.toLowerCase()];
      return typeof value === 'string' && isAmong([value], secrets) ? 'secret' : undefined;
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

/** Compares all with all, so that which one it is does not show in the time it takes. */
function isAmong(given: readonly string[], valid: readonly string[]): boolean {
  let found = false;
  for (const one of given) for (const other of valid) found = equalInConstantTime(one, other) || found;
  return found;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

import { createHmac } from 'node:crypto';
import type { SourceDeclaration } from '#ports';

const SECRET = 'a secret of the bench and of nobody else';

/** The source that every bench sends as. Nobody asks its base: the notifications name their versions. */
export const SOURCE: SourceDeclaration = {
  name: 'bench',
  base: 'https://fhir.example.org/r4',
  fhirVersion: 'R4',
  authentication: { kind: 'hmac', secret: SECRET },
  criteria: ['Observation'],
};

/** The header that proves a notification to be the source's own. */
export function signature(body: Uint8Array): { readonly 'x-signature': string } {
  return { 'x-signature': createHmac('sha256', SECRET).update(body).digest('hex') };
}

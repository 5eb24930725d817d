import { createHmac } from 'node:crypto';
import type { SourceDeclaration } from '#ports';

/** A source that nobody can ask: its notifications have to say everything. */
export const WARD = {
  name: 'ward',
  base: 'http://127.0.0.1:9/fhir',
  fhirVersion: 'R4',
  authentication: { kind: 'hmac', secret: 'the secret of the ward and of nobody else' },
  criteria: ['Patient'],
  settings: { privateHosts: ['127.0.0.1'] },
} as const satisfies SourceDeclaration;

/** Header names and values; undefined takes a usual one away. */
export type HeaderChanges = Readonly<Record<string, string | undefined>>;

/** What proves a notification to be the source's own. */
export function proofOf(
  { authentication }: SourceDeclaration,
  body: string | Uint8Array,
): Readonly<Record<string, string>> {
  return authentication.kind === 'hmac'
    ? { 'x-signature': createHmac('sha256', authentication.secret).update(body).digest('hex') }
    : { [authentication.header]: authentication.secret };
}

/** A Patient as a FHIR server sends it: version 2 is changed a second after version 1. */
export function patient(id: string, version: number, more: object = {}): Record<string, unknown> {
  const lastUpdated = new Date(Date.UTC(2026, 0, 1, 0, 0, version)).toISOString();
  return {
    resourceType: 'Patient',
    id,
    meta: { versionId: String(version), lastUpdated },
    active: true,
    birthDate: '1970-01-01',
    ...more,
  };
}

import { createHmac } from 'node:crypto';
import type { Subscription } from '@medplum/fhirtypes';

/** Medplum writes the extension with and without `www.`. */
const SECRET_EXTENSIONS: readonly string[] = [
  'https://www.medplum.com/fhir/StructureDefinition/subscription-secret',
  'https://medplum.com/fhir/StructureDefinition/subscription-secret',
];

/** The header with the HMAC-SHA-256 of the body, for a Subscription that has a secret. */
export function signatureHeaders({ extension }: Subscription, body: string): [string, string][] {
  const secret = extension?.find(({ url }) => SECRET_EXTENSIONS.includes(url))?.valueString;
  return secret ? [['x-signature', createHmac('sha256', secret).update(body).digest('hex')]] : [];
}

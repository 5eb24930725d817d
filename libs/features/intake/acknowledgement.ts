import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';

const ACCEPTED: OperationOutcome = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'information', code: 'informational', diagnostics: 'durable' }],
};
/** Who puts or deletes parses the answer as what became of it. */
export const ACCEPTED_OUTCOME = JSON.stringify(ACCEPTED);

/**
 * Who posts a Bundle parses the answer as that of a transaction: HAPI sends again what is answered otherwise.
 * @param entries how many the Bundle has
 */
export function transactionResponse(entries: number): string {
  const entry = Array.from({ length: entries }, () => ({ response: { status: '200' } }));
  const response: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction-response',
    // FHIR has no empty arrays.
    ...(entries > 0 && { entry }),
  };
  return JSON.stringify(response);
}

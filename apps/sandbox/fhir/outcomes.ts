import { notFound } from '@medplum/core';
import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes';

/** An OperationOutcome with one error, https://hl7.org/fhir/R4/operationoutcome.html */
export function errorOutcome(code: OperationOutcomeIssue['code'], text: string): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, details: { text } }] };
}

/** 404: the server knows no such resource type. Its id is what the router derives the status from. */
export const unknownType: OperationOutcome = {
  ...errorOutcome('not-supported', 'R4 has no such resource type'),
  ...(notFound.id !== undefined && { id: notFound.id }),
};

import type { OperationOutcome } from '@medplum/fhirtypes';

/** What an OperationOutcome answer says. */
export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
  /** Offset that the diagnostics name. */
  readonly position: number | undefined;
}

/** Reads an answer that has to be an OperationOutcome with one issue, as FHIR clients read it. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  const outcome = JSON.parse(text) as OperationOutcome;
  expect(outcome.resourceType).toBe('OperationOutcome');
  expect(outcome.issue).toHaveLength(1);
  const [issue] = outcome.issue;
  const place = /\(position (\d+)\)$/.exec(issue?.diagnostics ?? '')?.[1];
  return {
    status: response.status,
    code: issue?.details?.coding?.[0]?.code,
    text,
    position: place === undefined ? undefined : Number(place),
  };
}

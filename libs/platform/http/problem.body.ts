import type { Problem } from './problem.js';

/** A serialised answer. */
export interface ProblemBody {
  readonly type: string;
  readonly text: string;
}

/** Routes whose clients are FHIR servers and clients: they get OperationOutcome. */
const FHIR_ROUTES = /^\/(?:fhir|intake)(?:[/?]|$)/;

/** Writes a problem the way the client of this URL reads it. */
export function problemBody(url: string, problem: Problem): ProblemBody {
  return FHIR_ROUTES.test(url)
    ? { type: 'application/fhir+json; charset=utf-8', text: JSON.stringify(operationOutcome(problem)) }
    : { type: 'application/json; charset=utf-8', text: JSON.stringify(ownError(problem)) };
}

function ownError({ code, message, position, advice }: Problem): object {
  return { error: { code, message, ...(position !== undefined && { position }), advice } };
}

/** FHIR R4 OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html */
function operationOutcome({ status, code, message, position, advice }: Problem): object {
  const place = position === undefined ? '' : ` (position ${String(position)})`;
  const issue = {
    severity: status >= 500 ? 'fatal' : 'error',
    code: issueType(status, code, advice),
    details: { coding: [{ system: 'https://attestry.localhost/CodeSystem/error', code }] },
    diagnostics: `${message}${place}`,
  };
  return { resourceType: 'OperationOutcome', issue: [issue] };
}

const ISSUE_TYPES: Readonly<Record<number, string>> = {
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  408: 'timeout',
  413: 'too-long',
  415: 'not-supported',
  422: 'invalid',
};

/** https://hl7.org/fhir/R4/valueset-issue-type.html */
function issueType(status: number, code: string, advice: Problem['advice']): string {
  if (code.startsWith('CANONICAL.') && status === 400)
    return code === 'CANONICAL.TOO_DEEP' ? 'too-long' : 'structure';
  if (status >= 500) return status === 500 ? 'exception' : advice === 'slow-down' ? 'throttled' : 'transient';
  return ISSUE_TYPES[status] ?? 'invalid';
}

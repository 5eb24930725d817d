import { canonicalJson, type FhirResource } from '#core';
import { StructureValidator } from '#ports';
import type { OperationOutcomeIssue, Resource } from '@medplum/fhirtypes';
import { loadR4, type Validate } from './r4-definitions.js';

/** More faults of one resource than these say nothing new. */
const TOLD_AT_MOST = 50;
/** Names that FHIR may give an element, with its index; whatever else stands in a path is not ours to repeat. */
const PATH_PART = /^[A-Za-z_][A-Za-z0-9]{0,63}(?:\[(?:x|\d{1,9})\])?$/;

/** Structure validation of R4 by @medplum/core; its definitions are loaded when they are needed first. */
export class MedplumStructureValidator extends StructureValidator {
  private loading: Promise<Validate> | undefined;

  override async validate(resource: FhirResource): Promise<readonly string[]> {
    const validate = await (this.loading ??= loadR4());
    // The validator looks at the digits of no number: what its own parse loses is not missed.
    const parsed = JSON.parse(canonicalJson(resource.root)) as Resource;
    return [...new Set(validate(parsed).map(wordsOf))].slice(0, TOLD_AT_MOST);
  }
}

function wordsOf({ severity, code, expression }: OperationOutcomeIssue): string {
  return [severity, code, ...(expression ?? []).slice(0, 1).map(safePath)].join(' ');
}

function safePath(path: string): string {
  return path
    .split('.')
    .slice(0, 32)
    .map((part) => (PATH_PART.test(part) ? part : '?'))
    .join('.');
}

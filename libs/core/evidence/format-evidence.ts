import { canonicalise } from '../canonical/canonicalise.js';
import { CoreError } from '../core.errors.js';
import type { Evidence } from './evidence.js';
import { parseEvidence } from './parse-evidence.js';

/** The JSON of an evidence document, in canonical form. Throws EVIDENCE.MALFORMED when nobody could read it again. */
export function formatEvidence(evidence: Evidence): string {
  const text = evidenceText(evidence);
  parseEvidence(text);
  return text;
}

/** The evidence as it reads after a journey through JSON: own members of JSON types only. Throws EVIDENCE.MALFORMED. */
export function normaliseEvidence(evidence: Evidence): Evidence {
  return parseEvidence(evidenceText(evidence));
}

function evidenceText(evidence: Evidence): string {
  try {
    return canonicalise(JSON.stringify(evidence));
  } catch {
    throw new CoreError('EVIDENCE.MALFORMED', 'evidence: it cannot be written as JSON');
  }
}

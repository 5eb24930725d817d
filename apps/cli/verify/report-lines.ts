import { checkLines } from '../frame/check-lines.js';
import { printable } from '../frame/printable.js';
import type { VerifyResult } from './verify-result.js';

/** For people: what the evidence is about, the checklist, and the verdict in the last line. */
export function reportLines(result: VerifyResult): string {
  const { statement, index } = result.evidence;
  const { type, id, version, interaction, source } = statement;
  return [
    `${printable(`${type}/${id}`)} version ${printable(version)} (${interaction}) of ${printable(source)}, entry ${index}`,
    ...checkLines(result.checks),
    verdict(result),
    '',
  ].join('\n');
}

/** One object: the verdict, what it is about, and every check. */
export function reportJson({ verified, evidence, match, matching, differing, checks }: VerifyResult): object {
  const { source, type, id, version, interaction, lastUpdated, observed } = evidence.statement;
  const record = { source, type, id, version, interaction, lastUpdated, observed };
  return { verified, record, index: evidence.index, match, matching, differing, checks };
}

function verdict({ verified, match, checks }: VerifyResult): string {
  const failed = checks.filter(({ status }) => status === 'failed').length;
  if (!verified) return `not verified: ${failed} of ${checks.length} checks failed`;
  if (match === undefined)
    return 'verified: the log holds this record version; no copy was compared (--resource)';
  if (match === 'partial')
    return 'verified: the copy holds what the evidence shows, unchanged since it was recorded';
  return `verified: the copy is unchanged since it was recorded (${match})`;
}

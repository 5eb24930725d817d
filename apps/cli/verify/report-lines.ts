import { isUnicodeTerminal } from '../frame/output.js';
import { printable } from '../frame/printable.js';
import type { VerifyCheck, VerifyResult } from './verify-result.js';

type Marks = Readonly<Record<VerifyCheck['status'], string>>;

const UNICODE: Marks = { passed: '✔', failed: '✘', skipped: '–' };
/** For files, pipes and plain terminals. */
const ASCII: Marks = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };

/** For people: what the evidence is about, the checklist, and the verdict in the last line. */
export function reportLines(result: VerifyResult): string {
  const { statement, index } = result.evidence;
  const { type, id, version, interaction, source } = statement;
  const marks = isUnicodeTerminal() ? UNICODE : ASCII;
  const [markWidth, nameWidth] = [
    Math.max(...Object.values(marks).map(({ length }) => length)),
    Math.max(...result.checks.map(({ name }) => printable(name).length)),
  ];
  const row = ({ status, name, detail, code }: VerifyCheck): string => {
    const reason = code === undefined ? '' : ` [${code}]`;
    return `  ${marks[status].padEnd(markWidth)}  ${printable(name).padEnd(nameWidth)}  ${printable(detail)}${reason}`;
  };
  return [
    `${printable(`${type}/${id}`)} version ${printable(version)} (${interaction}) of ${printable(source)}, entry ${index}`,
    ...result.checks.map(row),
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

import { isUnicodeTerminal } from './output.js';
import { printable } from './printable.js';

/** One line of a checklist. */
export interface Check {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
  /** Why it failed, stable. */
  readonly code?: string;
}

type Marks = Readonly<Record<Check['status'], string>>;

const UNICODE: Marks = { passed: '✔', failed: '✘', skipped: '–' };
/** For files, pipes and plain terminals. */
const ASCII: Marks = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };

/** A checklist for people, a line each. */
export function checkLines(checks: readonly Check[]): string[] {
  const marks = isUnicodeTerminal() ? UNICODE : ASCII;
  const [markWidth, nameWidth] = [
    Math.max(...Object.values(marks).map(({ length }) => length)),
    Math.max(...checks.map(({ name }) => printable(name).length)),
  ];
  return checks.map(({ status, name, detail, code }) => {
    const reason = code === undefined ? '' : ` [${code}]`;
    return `  ${marks[status].padEnd(markWidth)}  ${printable(name).padEnd(nameWidth)}  ${printable(detail)}${reason}`;
  });
}

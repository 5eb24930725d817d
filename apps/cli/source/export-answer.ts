import { CliError } from '../frame/cli.errors.js';
import { printable } from '../frame/printable.js';

/** An export as the API shows it. */
export interface ShownExport {
  readonly phase: 'wanted' | 'running' | 'fetching' | 'done';
  readonly progress?: string;
  readonly files: number;
  readonly errors: number;
  readonly file: number;
  readonly lines: number;
  readonly waiting: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly dead: number;
  readonly unsequenced: number;
  readonly error?: string;
}

const COUNTS = [
  ...[
    'files',
    'errors',
    'file',
    'lines',
    'waiting',
    'stored',
    'duplicates',
    'conflicts',
    'dead',
    'unsequenced',
  ],
];

/** Throws API.UNEXPECTED for an answer that is not an export. */
export function shownExport(answer: unknown): ShownExport {
  const shown = (answer ?? {}) as Record<string, unknown>;
  if (typeof shown['phase'] === 'string' && COUNTS.every((name) => typeof shown[name] === 'number'))
    return answer as ShownExport;
  throw new CliError('API.UNEXPECTED', 'the API answers with something that is not an export');
}

/** One line about an export that is under way. */
export function progressLine({ phase, progress, file, files, lines, waiting, error }: ShownExport): string {
  const step = {
    wanted: 'waits for a worker',
    running: `the server is at it${progress === undefined ? '' : ` (${printable(progress)})`}`,
    fetching: `file ${file + 1} of ${files}, ${lines} lines`,
    done: `${lines} lines are here, ${waiting} chunks wait for a worker`,
  }[phase];
  return `${step}${error === undefined ? '' : `; failed with ${printable(error)}, tried again`}\n`;
}

/** What an export has come to, for people. */
export function exportLines(shown: ShownExport): string {
  if (shown.phase !== 'done') return progressLine(shown);
  const { files, lines, stored, duplicates, dead, conflicts, errors } = shown;
  const more = [
    conflicts > 0 && `${conflicts} contradict the log: each is an incident`,
    errors > 0 && `the server tells of errors in ${errors} file(s)`,
  ].filter((line) => line !== false);
  const counts = `${stored} stored, ${duplicates} duplicates, ${dead} dead letters`;
  return [`${files} files, ${lines} lines: ${counts}`, ...more].join('\n  ') + '\n';
}

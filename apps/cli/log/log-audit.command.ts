import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { parseVerifierKey } from '#core';
import { checkLines } from '../frame/check-lines.js';
import { CliError } from '../frame/cli.errors.js';
import { EXIT } from '../frame/exit-status.js';
import { print, printJson } from '../frame/output.js';
import { printable } from '../frame/printable.js';
import { readInput } from '../input/read-input.js';
import { MAX_CHECKPOINT_BYTES, readCheckpoint } from './audit-checkpoint.js';
import { auditLog, type AuditResult } from './audit-log.js';
import { logFilesAt } from './log-files-at.js';
import { timeoutOption } from './log-options.js';
import { NO_PROGRESS, shownProgress } from './progress.js';

interface LogAuditOptions {
  readonly key?: readonly string[];
  readonly origin?: string;
  readonly from?: string;
  readonly onlyNew?: true;
  readonly save?: string;
  readonly entries: boolean;
  readonly timeout: number;
  readonly json?: true;
}

const AFTER = `
Works on any log that is served as C2SP tlog-tiles says. Every tile is compared with the one below it, every entry
with its leaf, the root with the checkpoint, and the checkpoint with an earlier one. Memory stays small however
large the log is. Without --key nobody's signature is checked, and the report says so.

The exit status is 0 when all fits together, 1 when the log contradicts itself, its keys or the earlier checkpoint,
2 when it cannot be read. --from and --save may name one file: then each audit goes on from the one before.`;

/** `attestry log audit`: reads a whole log and believes nothing of it. */
export function registerLogAudit(log: Command): void {
  log
    .command('audit')
    .summary('check every tile, entry and checkpoint of any log')
    .description('Reads a tlog-tiles log, ours or not, and checks all of it against itself.')
    .argument('<log>', 'http(s) URL prefix or folder of the log')
    .option('--key <vkey...>', 'verifier keys that must have signed the checkpoint')
    .option('--origin <origin>', 'the origin that the checkpoint must have')
    .option('--from <file>', 'an earlier checkpoint, which the log must extend')
    .option('--only-new', 'with --from: read only what came after it')
    .option('--save <file>', 'where to keep the checkpoint when all fits together')
    .addOption(new Option('--no-entries', 'leave the entries aside: check the tiles alone'))
    .addOption(timeoutOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runLogAudit);
}

async function runLogAudit(place: string, options: LogAuditOptions): Promise<void> {
  const { key = [], origin, from, onlyNew = false, save, entries, timeout, json } = options;
  if (onlyNew && from === undefined)
    throw new CliError('USAGE.INVALID', '--only-new goes on from an earlier checkpoint: name it with --from');
  const files = logFilesAt(place, timeout * 1000);
  const earlier =
    from === undefined ? undefined : readCheckpoint(await readInput(from, MAX_CHECKPOINT_BYTES));
  const result = await auditLog(
    files,
    { keys: key.map(parseVerifierKey), origin, from: earlier, onlyNew, entries },
    json ? NO_PROGRESS : shownProgress(),
  );
  if (result.consistent && save !== undefined) await keep(save, result.checkpoint.note);
  process.exitCode = result.consistent ? EXIT.done : EXIT.notVerified;
  await (json ? printJson(reportJson(result)) : print(reportLines(result)));
}

/** Replaces the file as a whole: an audit that is killed leaves the earlier checkpoint as it was. */
async function keep(file: string, note: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.new`;
  await writeFile(draft, note);
  await rename(draft, file);
}

function reportLines({ consistent, checkpoint: { origin, size }, checks }: AuditResult): string {
  const verdict = consistent
    ? 'consistent: everything that was checked fits together'
    : 'contradiction: do not believe this log';
  return [`${printable(origin)}, ${size} entries`, ...checkLines(checks), verdict, ''].join('\n');
}

function reportJson({ consistent, checkpoint: { origin, size, note }, checks }: AuditResult): object {
  return { consistent, origin, size, checkpoint: note, checks };
}

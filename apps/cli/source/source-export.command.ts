import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, askApi, type ApiOptions } from './api-client.js';
import { exportLines, progressLine, shownExport, type ShownExport } from './export-answer.js';

const AFTER = `
Asks the source for all that it holds by FHIR Bulk Data export ($export): a worker kicks the export off, waits for
it, and brings its files into the log. It goes on where it was after any interruption. Without --wait the command
ends at once; the same command with --show says how the export comes along.

  attestry source export ward-a --types Patient Observation --wait`;

const LOOK_EVERY_MS = 1_000;

interface ExportOptions extends ApiOptions {
  readonly types?: readonly string[];
  readonly since?: string;
  readonly wait?: true;
  readonly show?: true;
  readonly json?: true;
}

/** `attestry source export`: asks a source for all that it holds. */
export function registerSourceExport(source: Command): void {
  source
    .command('export')
    .summary('ask a FHIR server for all that it holds ($export)')
    .description('Brings what a FHIR server holds, by Bulk Data export.')
    .argument('<name>', 'the source')
    .option(
      '--types <type...>',
      'resource types (default: those of its criteria); the name stands before them',
    )
    .option('--since <instant>', 'only what changed since then, as in 2026-01-31T00:00:00Z')
    .option('--wait', 'wait until all of it is in the log')
    .option('--show', 'ask for nothing: say how the export comes along')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runExport);
}

async function runExport(name: string, options: ExportOptions): Promise<void> {
  const { types, since, wait, show, json } = options;
  if (show && (types ?? since) !== undefined)
    throw new CliError('USAGE.INVALID', '--show goes with neither --types nor --since');
  const path = `/v1/sources/${encodeURIComponent(name)}/exports`;
  const asked = show ? undefined : { ...(types && { types }), ...(since !== undefined && { since }) };
  let shown = shownExport(await askApi(options, path, asked));
  for (let last = ''; wait && !isDone(shown); shown = shownExport(await askApi(options, path))) {
    const line = progressLine(shown);
    if (!json && line !== last) process.stderr.write(line);
    last = line;
    await pause(LOOK_EVERY_MS);
  }
  await (json ? printJson(shown) : print(exportLines(shown)));
}

function isDone({ phase, waiting, unsequenced }: ShownExport): boolean {
  return phase === 'done' && waiting + unsequenced === 0;
}

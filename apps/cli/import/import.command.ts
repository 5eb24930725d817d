import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, type ApiOptions } from '../source/api-client.js';
import { ImportApi } from './import-api.js';
import { importFile } from './import-file.js';
import { openImportFile } from './import-input.js';
import { progressOf } from './progress.js';
import { summaryLine } from './summary.js';

const AFTER = `
Brings what a source held before Attestry listened to it: NDJSON with a resource or Bundle on each line, of any
length, or a file with one resource or Bundle. A name that ends in .gz is decompressed; - is standard input.

Each resource has to name its id and version, as exports have them. A line that is no record version becomes a
dead letter with its reason, and stops nothing. What is known already, from a notification or an earlier import,
is a duplicate. A run that was interrupted goes on where it was: start it again, with the same file.

  attestry import Patient.ndjson Observation.ndjson.gz --source ward-a`;

interface ImportOptions extends ApiOptions {
  readonly source: string;
  readonly id?: string;
  readonly wait: boolean;
  readonly json?: true;
}

/** `attestry import`: brings files of resources. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .summary('bring resources from NDJSON or JSON files')
    .description("Brings a source's resources from files.")
    .argument('<file...>', 'NDJSON, or one resource or Bundle; .gz; - for standard input')
    .requiredOption('--source <name>', 'the source that the resources are from')
    .option('--id <id>', 'names the import, instead of what the file holds: to go on with standard input')
    .option('--no-wait', 'end when everything is sent, before it is in the log')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object a file')
    .addHelpText('after', AFTER)
    .action(runImport);
}

async function runImport(files: readonly string[], options: ImportOptions): Promise<void> {
  if (options.id !== undefined && files.length > 1)
    throw new CliError('USAGE.INVALID', '--id names one import: give one file with it');
  const api = new ImportApi(options, options.source);
  for (const name of files) {
    const file = await openImportFile(name, options.id);
    const progress = await progressOf(file, options.json === true);
    try {
      const result = await importFile(file, api, progress, options.wait);
      progress.stop();
      await (options.json ? printJson({ file: name, ...result }) : print(summaryLine(file, result)));
    } finally {
      progress.stop();
      file.close();
    }
  }
}

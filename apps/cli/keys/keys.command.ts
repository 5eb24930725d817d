import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { configOption, configuration, type ConfigOptions } from '../frame/configuration.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';

const AFTER = `
The verifier key is public: it is what stands under "logs" in the trust files of those who verify. Private keys
are never printed.`;

/** `attestry keys`: the public halves of an installation's keys. */
export function registerKeys(program: Command): void {
  program
    .command('keys')
    .description("Shows an installation's public keys.")
    .command('show')
    .summary("print the log's verifier key")
    .description("Prints the log's verifier key, in the format of C2SP signed-note.")
    .addOption(dataOption())
    .addOption(configOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runShow);
}

async function runShow({ json, ...options }: ConfigOptions & { readonly json?: true }): Promise<void> {
  const { data, log } = await configuration(options);
  // loadKeys would make new ones: a folder without keys is another installation, or none.
  if (!existsSync(join(data, 'keys')))
    throw new CliError('DATA.MISSING', 'no installation has made its keys there', {
      place: { input: data },
      advice: 'attestry up makes them on its first start; --data names another folder.',
    });
  const { loadKeys } = await import('#adapters/keys-file');
  const { verifierKey } = (await loadKeys(data, log.origin)).checkpointSigner.note;
  await (json ? printJson({ origin: log.origin, verifierKey }) : print(`${verifierKey}\n`));
}

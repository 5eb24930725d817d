import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, askApi, type ApiOptions } from './api-client.js';
import { shownSource, sourceLine } from './source-answer.js';
import { sourceSecret, type SecretOptions } from './source-secret.js';

const AFTER = `
Gives the source a new secret and registers its Subscriptions with it. The one before it is accepted, too, until
--finish: deliveries under it may be on their way, or be tried again. Without --secret-file and --hmac-secret-env a
secret is made, and printed this once.

  attestry source rotate-secret ward-a
  attestry source rotate-secret ward-a --finish`;

interface RotateOptions extends ApiOptions, SecretOptions {
  readonly finish?: true;
  readonly json?: true;
}

/** `attestry source rotate-secret`: replaces a source's secret without losing a notification. */
export function registerSourceRotateSecret(source: Command): void {
  source
    .command('rotate-secret')
    .summary("replace a source's secret without losing a notification")
    .description("Replaces a source's secret without losing a notification.")
    .argument('<name>', 'name of the source')
    .option('--secret-file <file>', 'file with the new secret, - for standard input')
    .option('--hmac-secret-env <variable>', 'environment variable with the new secret')
    .option('--finish', 'accept only the new secret from now on')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action((name: string, options: RotateOptions) => (options.finish ? finish : rotate)(name, options));
}

async function rotate(name: string, options: RotateOptions): Promise<void> {
  const { secret, isNew } = await sourceSecret(options);
  const source = shownSource(await askApi(options, pathOf(name), { secret }));
  if (options.json) return printJson({ ...source, ...(isNew && { secret }) });
  await print(sourceLine(source));
  await print(`${source.subscriptions?.length ?? 0} subscription(s) registered with the new secret\n`);
  if (isNew) await print(`secret, shown this once: ${secret}\n`);
}

async function finish(name: string, options: RotateOptions): Promise<void> {
  if (options.secretFile !== undefined || options.hmacSecretEnv !== undefined)
    throw new CliError('USAGE.INVALID', '--finish takes no secret');
  const source = shownSource(await askApi(options, `${pathOf(name)}/finish`, {}));
  await (options.json ? printJson(source) : print(sourceLine(source)));
}

function pathOf(name: string): string {
  return `/v1/sources/${encodeURIComponent(name)}/secret`;
}

import { Option, type Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, askApi, type ApiOptions } from './api-client.js';
import { addAccessOptions, declaredAccess, type AccessOptions } from './declared-access.js';
import { addSettingOptions, declaredSettings, type SettingOptions } from './declared-settings.js';
import { shownSource, sourceLine } from './source-answer.js';
import { sourceSecret, type SecretOptions } from './source-secret.js';

const AFTER = `
Declares a FHIR server that feeds Attestry, and registers one rest-hook Subscription a criterion there, which
delivers to this installation's intake. Declaring a name again replaces its declaration and its secret.

The server proves itself by an HMAC over each notification, or, with --header, by the secret itself in that
header. The Subscription carries the secret to the server; Attestry keeps it encrypted and never shows it.
Without --secret-file and --hmac-secret-env a secret is made, and printed this once.

docs/operations/sources.md says which options suit which server.

  attestry source add ward-a --base https://fhir.example.org/r4 --criteria Patient 'Observation?status=final'
  attestry source add lab --base https://fhir.example.org/r5 --fhir-version R5 --criteria Observation
    --channel topic --topic http://example.org/topic/changes --access smart --client-id attestry`;

interface AddOptions extends ApiOptions, SecretOptions, AccessOptions, SettingOptions {
  readonly base: string;
  readonly fhirVersion: string;
  readonly criteria: readonly string[];
  readonly header?: string;
  readonly json?: true;
}

/** `attestry source add`: declares a source through the API. */
export function registerSourceAdd(source: Command): void {
  const add = source
    .command('add')
    .summary('declare a FHIR server, and register its Subscriptions')
    .description('Declares a FHIR server that feeds Attestry.')
    .argument('<name>', 'short name: lower-case letters, digits, hyphens')
    .requiredOption('--base <url>', 'its FHIR base URL')
    .requiredOption(
      '--criteria <criterion...>',
      'Subscription criteria, as in Patient; the name stands before them',
    )
    .option('--secret-file <file>', 'file with the secret, - for standard input')
    .option('--hmac-secret-env <variable>', 'environment variable with the secret')
    .option('--header <name>', 'the secret arrives in this header, instead of an HMAC')
    .addOption(
      new Option('--fhir-version <version>', 'its FHIR version').choices(['R4', 'R4B', 'R5']).default('R4'),
    );
  addAccessOptions(addSettingOptions(add))
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runAdd);
}

async function runAdd(name: string, options: AddOptions): Promise<void> {
  const { secret, isNew } = await chosenSecret(options);
  const source = shownSource(await askApi(options, '/v1/sources', await declaration(name, options, secret)));
  if (options.json) return printJson({ ...source, ...(isNew && { secret }) });
  await print(sourceLine(source));
  await print(`${source.subscriptions?.length ?? 0} subscription(s) registered\n`);
  if (isNew) await print(`secret, shown this once: ${secret}\n`);
}

function chosenSecret(options: AddOptions): ReturnType<typeof sourceSecret> {
  const { secretFile, hmacSecretEnv, header } = options;
  if (hmacSecretEnv !== undefined && (secretFile !== undefined || header !== undefined))
    throw new CliError('USAGE.INVALID', '--hmac-secret-env goes with neither --secret-file nor --header');
  return sourceSecret(options);
}

async function declaration(name: string, options: AddOptions, secret: string): Promise<object> {
  const { base, fhirVersion, criteria, header } = options;
  const authentication = header === undefined ? { kind: 'hmac', secret } : { kind: 'header', header, secret };
  const access = await declaredAccess(options);
  const settings = declaredSettings(options);
  return { name, base: base.replace(/\/+$/, ''), fhirVersion, authentication, criteria, access, settings };
}

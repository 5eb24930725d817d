import { Option, type Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { readInput } from '../input/read-input.js';

/** How we prove ourselves to the source. */
export interface AccessOptions {
  readonly access?: 'none' | 'basic' | 'bearer' | 'smart';
  readonly username?: string;
  readonly clientId?: string;
  readonly tokenUrl?: string;
  readonly scope?: string;
  readonly algorithm?: string;
  readonly accessSecretFile?: string;
  readonly accessSecretEnv?: string;
}

const MAX_BYTES = 16_384;

/** Adds the options of {@link AccessOptions}. */
export function addAccessOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--access <kind>', 'how we prove ourselves to the server').choices([
        'none',
        'basic',
        'bearer',
        'smart',
      ]),
    )
    .option('--username <name>', 'for basic')
    .option('--access-secret-file <file>', 'for basic and bearer: file with password or token')
    .option('--access-secret-env <variable>', 'for basic and bearer: environment variable with it')
    .option('--client-id <id>', 'for smart: the client id that the server has given us')
    .option('--token-url <url>', 'for smart: the token endpoint (default: what the server says)')
    .option('--scope <scopes>', 'for smart (default: system/*.rs)')
    .addOption(new Option('--algorithm <name>', 'for smart (default: ES384)').choices(['ES384', 'RS384']));
}

/** The access that was described; undefined when none was. Throws USAGE.INVALID, INPUT.* or SECRET.INVALID. */
export async function declaredAccess(options: AccessOptions): Promise<object | undefined> {
  const { access: kind, username, clientId, tokenUrl, scope = 'system/*.rs', algorithm = 'ES384' } = options;
  if (kind === undefined) return undefined;
  switch (kind) {
    case 'none':
      return { kind };
    case 'basic':
      if (username === undefined) throw new CliError('USAGE.INVALID', '--access basic needs --username');
      return { kind, username, password: await accessSecret(options) };
    case 'bearer':
      return { kind, token: await accessSecret(options) };
    case 'smart':
      if (clientId === undefined) throw new CliError('USAGE.INVALID', '--access smart needs --client-id');
      return { kind, clientId, tokenUrl, scope, algorithm };
  }
}

/** Never from the command line itself, where others could read it. */
async function accessSecret({ accessSecretFile, accessSecretEnv }: AccessOptions): Promise<string> {
  if ((accessSecretFile === undefined) === (accessSecretEnv === undefined))
    throw new CliError('USAGE.INVALID', 'give the secret by --access-secret-file or --access-secret-env');
  const secret =
    accessSecretFile === undefined
      ? (process.env[accessSecretEnv!] ?? '')
      : new TextDecoder().decode(await readInput(accessSecretFile, MAX_BYTES)).trim();
  if (/^.+$/.test(secret)) return secret;
  throw new CliError('SECRET.INVALID', 'the secret is not one line');
}

import { randomBytes } from 'node:crypto';
import { readInput } from '../input/read-input.js';
import { CliError } from '../frame/cli.errors.js';

export interface SecretOptions {
  readonly secretFile?: string;
  readonly hmacSecretEnv?: string;
}

/** The secret that a source proves itself with, and whether it was made here and nobody else knows it yet. */
export interface SourceSecret {
  readonly secret: string;
  readonly isNew: boolean;
}

const MAX_BYTES = 4096;

/** Takes the secret from where it was said to be, else makes 32 random bytes. Throws INPUT.* or SECRET.INVALID. */
export async function sourceSecret({ secretFile, hmacSecretEnv }: SecretOptions): Promise<SourceSecret> {
  if (secretFile !== undefined) {
    const text = new TextDecoder().decode(await readInput(secretFile, MAX_BYTES));
    return { secret: checked(text.trim()), isNew: false };
  }
  if (hmacSecretEnv !== undefined) return { secret: checked(process.env[hmacSecretEnv] ?? ''), isNew: false };
  return { secret: randomBytes(32).toString('hex'), isNew: true };
}

function checked(secret: string): string {
  if (/^.{16,}$/.test(secret)) return secret;
  throw new CliError('SECRET.INVALID', 'the secret is not one line of at least 16 characters', {
    advice: 'Make one with: openssl rand -hex 32',
  });
}

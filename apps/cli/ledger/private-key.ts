import { readInput } from '../input/read-input.js';
import { CliError } from '../frame/cli.errors.js';

const MAX_BYTES = 4096;

/** The private key in a file: `0x` and 64 hexadecimal digits. Throws INPUT.* or KEY.INVALID. */
export async function readPrivateKey(file: string): Promise<`0x${string}`> {
  const text = new TextDecoder().decode(await readInput(file, MAX_BYTES)).trim();
  const digits = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (digits !== undefined) return `0x${digits}`;
  throw new CliError('KEY.INVALID', 'the file does not hold 64 hexadecimal digits', {
    place: { input: file },
  });
}

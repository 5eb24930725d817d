import { once } from 'node:events';
import { EXIT } from './exit-status.js';

/** Writes to standard output, no faster than its reader reads. */
export async function print(chunk: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
}

/** Writes a JSON value as one line. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** Ends the process when its output goes nowhere: quietly when nobody reads on, as in `attestry … | head`. */
export function endWhenUnwritable(): void {
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
    process.stderr.write(`attestry: OUTPUT.FAILED: standard output cannot be written (${code})\n`);
    process.exit(EXIT.unusable);
  });
}

/** Whether standard output shows characters outside ASCII to a person: a terminal in a UTF-8 locale. */
export function isUnicodeTerminal(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return process.stdout.isTTY && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

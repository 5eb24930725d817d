import { once } from 'node:events';

/** Writes to standard output, no faster than its reader reads. */
export async function print(chunk: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
}

/** Writes a JSON value as one line. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** Ends the process quietly when nobody reads on, as in `attestry … | head`. */
export function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

/** Whether standard output shows characters outside ASCII to a person: a terminal in a UTF-8 locale. */
export function isUnicodeTerminal(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return process.stdout.isTTY && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Not from #platform: the command line starts without the server framework.

/** The folder of this package's `package.json`, seen from the source as from `dist`. */
export const packageRoot: string = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The version in `package.json`. */
export const packageVersion: string = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version;

function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder));
}

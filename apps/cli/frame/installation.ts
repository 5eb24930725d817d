import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';

// Not from #platform, which loads the whole server framework.
const root = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The version in package.json. */
export function version(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The option that chooses the data folder. */
export function dataOption(): Option {
  return new Option('--data <folder>', 'the data folder (default: $ATTESTRY_DATA, else .attestry)');
}

/**
 * The data folder of an installation. `chosen` on the command line is relative to where the user stands; ATTESTRY_DATA
 * and the default are relative to the installation, as in the configuration (docs/operations/configuration.md).
 */
export function dataFolder(chosen: string | undefined): string {
  return chosen === undefined ? resolve(root, process.env['ATTESTRY_DATA'] || '.attestry') : resolve(chosen);
}

function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder));
}

import { resolve } from 'node:path';
import { Option } from 'commander';
import { packageRoot } from '../../composition/package.js';

/** The option that chooses the data folder. */
export function dataOption(): Option {
  return new Option('--data <folder>', 'the data folder (default: $ATTESTRY_DATA, else .attestry)');
}

/**
 * The data folder of an installation. `chosen` on the command line is relative to where the user stands; ATTESTRY_DATA
 * and the default are relative to the installation, as in the configuration (docs/operations/configuration.md).
 */
export function dataFolder(chosen: string | undefined): string {
  return chosen === undefined
    ? resolve(packageRoot, process.env['ATTESTRY_DATA'] || '.attestry')
    : resolve(chosen);
}

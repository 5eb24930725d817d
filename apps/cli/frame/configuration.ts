import { Option } from 'commander';
import { resolve } from 'node:path';
import type { Config } from '#platform';

export interface ConfigOptions {
  readonly config?: string;
  readonly data?: string;
}

/** The option that names a configuration file. */
export function configOption(): Option {
  return new Option('--config <file>', 'configuration file (default: $ATTESTRY_CONFIG)');
}

/** The installation's configuration; `--data` wins over it. Throws ConfigError with every fault. */
export async function configuration({ config, data }: ConfigOptions): Promise<Config> {
  // Loaded by the commands that need it: it brings the server framework along.
  const { loadConfig } = await import('#platform');
  const environment = { ...process.env, ...(data !== undefined && { ATTESTRY_DATA: resolve(data) }) };
  return loadConfig({ environment, ...(config !== undefined && { file: config }) });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../frame/cli.errors.js';
import { dataFolder } from '../frame/installation.js';

interface TrustChoice {
  readonly trust?: string;
  readonly data?: string;
}

/** Which trust file to believe. Throws TRUST.MISSING when none was chosen and the data folder has none. */
export function findTrustFile({ trust, data }: TrustChoice): string {
  const chosen = trust ?? (process.env['ATTESTRY_TRUST'] || undefined);
  if (chosen !== undefined) return chosen;
  const own = join(dataFolder(data), 'trust.json');
  if (existsSync(own)) return own;
  throw new CliError('TRUST.MISSING', 'no trust file says whom to believe', {
    place: { input: own },
    advice:
      'Get it from whoever runs the log, by a way that you trust, and give it with --trust; attestry up writes its own there.',
  });
}

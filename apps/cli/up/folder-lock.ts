import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../frame/cli.errors.js';

/** Holds a data folder for this process. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes a data folder for this process; one that a dead process held is taken over. Throws DATA.IN_USE. */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, 'up.pid');
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder))
    throw new CliError('DATA.IN_USE', `${data} is in use by process ${holder}`, {
      advice: 'Stop that one, or choose another folder with --data.',
    });
  await writeFile(file, String(process.pid), { mode: 0o600 });
  return { release: () => rm(file, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

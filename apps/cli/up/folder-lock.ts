import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Holds a data folder for this process. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes a data folder for this process; one that a dead process held is taken over. Throws when it is in use. */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, 'up.pid');
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder))
    throw new Error(`${data} is in use by process ${holder}; stop it, or choose another folder with --data`);
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

import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '#ports';

// Not isAlive from #platform: a witness starts without the server framework.

/** Holds a data folder for this process. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process; one that a dead process held is taken over. Throws DATA.IN_USE.
 * @param name of the file that names the process
 */
export async function lockFolder(data: string, name: string): Promise<FolderLock> {
  const file = join(data, name);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, String(process.pid), { mode: 0o600 });
  try {
    // Of several processes at once, one succeeds.
    while (!(await linked(draft, file))) await removeDead(file, data);
  } finally {
    await rm(draft);
  }
  return { release: () => rm(file, { force: true }) };
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeDead(file: string, data: string): Promise<void> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder))
    throw new PortError('DATA.IN_USE', `${data} is in use by process ${holder}, as ${file} says`, 'stop');
  await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '#platform';
import { CliError } from '../frame/cli.errors.js';

/** Holds a data folder for this process. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes a data folder for this process; one that a dead process held is taken over. Throws DATA.IN_USE. */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, 'up.pid');
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
    throw new CliError('DATA.IN_USE', `${data} is in use by process ${holder}`, {
      advice: `Stop that one, or choose another folder with --data. If it is no attestry, remove ${file}.`,
    });
  await rm(file, { force: true });
}

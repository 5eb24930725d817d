import { readFile, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '#platform';

const execute = promisify(execFile);

/** What a server writes down of itself: https://www.postgresql.org/docs/18/storage-file-layout.html (postmaster.pid). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs on this cluster, as far as its file tells; undefined when none does. A file whose process id
 * now belongs to some other program (a restarted container counts anew) is taken away, since PostgreSQL would believe
 * it. That is safe: it still refuses to start while any old backend holds the cluster's shared memory.
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const file = join(cluster, 'postmaster.pid');
  const lines = await readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (!isAlive(pid)) return undefined;
  if (await isPostgres(pid)) return { pid, port: Number(lines[3]) };
  await rm(file, { force: true });
  return undefined;
}

/** Whether that process runs PostgreSQL; one that is dead and only waits to be reaped does not. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: `pid (name) state …`
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) return /^\d+ \(postgres\) [^ZX]/.test(stat);
  const { stdout } = await execute('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes('postgres');
}

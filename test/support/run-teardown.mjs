import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends the database server that test-database.ts may have started in this run, and removes the run's folder. */
export default async function tearDownRun() {
  const folder = process.env['TEST_RUN_FOLDER'];
  const file = join(folder, 'postgres', 'cluster', 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (pid > 0) await end(pid);
  await rm(folder, { recursive: true, force: true });
}

async function end(pid) {
  try {
    // Immediate shutdown: nothing of it is wanted any more.
    process.kill(pid, 'SIGQUIT');
    for (;;) {
      await delay(20);
      process.kill(pid, 0);
    }
  } catch {
    // It is gone.
  }
}

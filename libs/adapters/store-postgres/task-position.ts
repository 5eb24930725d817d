import { PortError, type TaskLease } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

/** Only whoever holds the lease: a process that hung while another took over changes nothing any more. */
const ADVANCE = `
  update source_task
  set position = coalesce($4, position),
    lease_until = greatest(lease_until, now() + make_interval(secs => $5::float8 / 1000))
  where source_id = $1 and task = $2 and lease_token = $3
  returning task`;

/**
 * Writes a task's position, within the transaction where there is one, and extends its lease.
 * Throws PortError TASK.LOST (stop).
 */
export async function advanceTask(
  db: Pick<Database, 'executeQuery'>,
  { sourceId, task, token }: TaskLease,
  position: string | undefined,
  leaseMs = 0,
): Promise<void> {
  const rows = await run(db, ADVANCE, sourceId, task, token, position ?? null, leaseMs);
  if (rows.length === 0) throw new PortError('TASK.LOST', 'another process has taken this task over', 'stop');
}

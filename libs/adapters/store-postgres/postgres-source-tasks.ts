import { randomUUID } from 'node:crypto';
import { SourceTasks, type SourceTask, type TaskLease, type TaskState, type TaskYield } from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';
import { advanceTask } from './task-position.js';

/** An expired lease is as good as none: its process is dead, or hangs. */
const LEASE = `
  insert into source_task as known (source_id, task, lease_token, lease_until)
  values ($1, $2, $3, now() + make_interval(secs => $4::float8 / 1000))
  on conflict (source_id, task) do update
  set lease_token = excluded.lease_token, lease_until = excluded.lease_until
  where known.next_at <= now() and (known.lease_until is null or known.lease_until < now())
  returning position, failures`;

const RELEASE = `
  update source_task
  set lease_token = null, lease_until = null, next_at = $4, position = coalesce($5, position), error = $6,
    succeeded_at = case when $6::text is null then now() else succeeded_at end,
    failures = case when $6::text is null then 0 else failures + 1 end
  where source_id = $1 and task = $2 and lease_token = $3`;

const SCHEDULE = `
  insert into source_task as known (source_id, task, position) values ($1, $2, $3)
  on conflict (source_id, task) do update
  set next_at = now(), position = coalesce(excluded.position, known.position)`;

const REMOVE = `
  with counts as (delete from task_count where source_id = $1 and task = $2)
  delete from source_task where source_id = $1 and task = $2`;

/** Counted where they are few: pending ones leave within a checkpoint interval or so. */
const YIELDED = `
  select
    (select count(*) from inbox where source_id = $1 and task = $2 and state = 'waiting') as waiting,
    (select count(*) from inbox where source_id = $1 and task = $2 and state = 'dead') as dead,
    coalesce(known.records, 0) as stored, coalesce(known.duplicates, 0) as duplicates,
    coalesce(known.conflicts, 0) as conflicts,
    (select count(*) from pending where record_id <= known.last_record_id) as unsequenced
  from (select) as one left join task_count as known on known.source_id = $1 and known.task = $2`;

const STATES = `
  select source_id, task, position, next_at, coalesce(lease_until > now(), false) as running, succeeded_at, error
  from source_task
  where ($1::int is null or source_id = $1) and ($2::text is null or task = $2)
  order by source_id, task`;

interface LeaseRow {
  readonly position: string | null;
  readonly failures: number;
}

interface StateRow {
  readonly source_id: number;
  readonly task: SourceTask;
  readonly position: string | null;
  readonly next_at: Date;
  readonly running: boolean;
  readonly succeeded_at: Date | null;
  readonly error: string | null;
}

/** Tasks in PostgreSQL, whose clock their leases follow. */
export class PostgresSourceTasks extends SourceTasks {
  constructor(private readonly db: Database) {
    super();
  }

  override async lease(sourceId: number, task: SourceTask, leaseMs: number): Promise<TaskLease | undefined> {
    const token = randomUUID();
    const [row] = await run<LeaseRow>(this.db, LEASE, sourceId, task, token, leaseMs);
    return row && { sourceId, task, token, position: row.position ?? undefined, failures: row.failures };
  }

  override async advance(lease: TaskLease, position: string | undefined, leaseMs: number): Promise<void> {
    await advanceTask(this.db, lease, position, leaseMs);
  }

  override async release(
    { sourceId, task, token }: TaskLease,
    {
      nextAt,
      position,
      error,
    }: { readonly nextAt: Date; readonly position?: string; readonly error?: string },
  ): Promise<void> {
    await run(this.db, RELEASE, sourceId, task, token, nextAt, position ?? null, error ?? null);
  }

  override async schedule(sourceId: number, task: SourceTask, position?: string): Promise<void> {
    await run(this.db, SCHEDULE, sourceId, task, position ?? null);
  }

  override async yielded(sourceId: number, task: SourceTask): Promise<TaskYield> {
    const [row] = await run<TaskYield>(this.db, YIELDED, sourceId, task);
    return row!;
  }

  override async remove(sourceId: number, task: SourceTask): Promise<void> {
    await run(this.db, REMOVE, sourceId, task);
  }

  override async states({
    sourceId,
    task,
  }: {
    readonly sourceId?: number;
    readonly task?: SourceTask;
  }): Promise<readonly TaskState[]> {
    const rows = await run<StateRow>(this.db, STATES, sourceId ?? null, task ?? null);
    return rows.map((row) => ({
      sourceId: row.source_id,
      task: row.task,
      position: row.position ?? undefined,
      nextAt: row.next_at,
      running: row.running,
      succeededAt: row.succeeded_at ?? undefined,
      error: row.error ?? undefined,
    }));
  }
}

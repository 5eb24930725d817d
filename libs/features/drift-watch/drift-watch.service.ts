import { Injectable } from '@nestjs/common';
import { CoreError } from '#core';
import type { TaskOutcome, TaskRun } from '#platform';
import {
  Clock,
  PortError,
  RecordStore,
  ResourceChecks,
  type ResourceToCheck,
  type Source,
  type StoredRecord,
} from '#ports';
import { DriftMetrics } from './drift.metrics.js';
import { atEvenPace } from './even-pace.js';
import { ResourceComparison } from './resource-comparison.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** One run takes about this long: a sixth of a minute's resources. */
const RUNS_A_MINUTE = 6;
const RESOURCES_A_RUN = 500;
const AT_ONCE = 4;
/** A source that refuses everything is asked for the same so often, before others have their turn. */
const REFUSALS = 3;

/** Reads the newest known versions again, never faster than a source's settings say. */
@Injectable()
export class DriftWatchService {
  constructor(
    private readonly checks: ResourceChecks,
    private readonly records: RecordStore,
    private readonly comparison: ResourceComparison,
    private readonly clock: Clock,
    private readonly metrics: DriftMetrics,
  ) {}

  /**
   * Looks at the resources that are due; what was looked at survives a crash. Throws PortError SOURCE.UNAVAILABLE, or
   * what the source refused with when it refused all of them: those are looked at again after a pause.
   */
  async run(source: Source, { lease, signal }: TaskRun): Promise<TaskOutcome> {
    const { driftPerMinute, driftDays } = source.settings;
    const limit = Math.min(Math.max(1, Math.round(driftPerMinute / RUNS_A_MINUTE)), RESOURCES_A_RUN);
    const before = new Date(this.clock.now().getTime() - driftDays * DAY_MS);
    const due = await this.checks.next(source.id, before, limit);
    if (due.length === 0) return {};
    const refused: PortError[] = [];
    const unseen: ResourceToCheck[] = [];
    const records = await this.records.open(due.map(({ recordId }) => recordId));
    const intervalMs = MINUTE_MS / driftPerMinute;
    const againInMs = await atEvenPace(records, { intervalMs, atOnce: AT_ONCE, signal }, async (record) => {
      const failure = await this.look(source, record);
      if (failure) unseen.push(record);
      if (failure instanceof PortError) refused.push(failure);
    });
    if (refused.length === due.length && lease.failures < REFUSALS) throw refused[0]!;
    await this.checks.passedOver(source.id, unseen);
    this.metrics.checks.add({ outcome: 'passed-over' }, unseen.length);
    return { againInMs };
  }

  /** Answers why nothing could be compared. */
  private async look(source: Source, record: StoredRecord): Promise<Error | undefined> {
    try {
      const outcome = await this.comparison.compare(source, record);
      // A crash before this looks at it once more; the same incident again is counted, not doubled.
      await this.checks.checked(source.id, [record]);
      this.metrics.checks.add({ outcome });
      return undefined;
    } catch (error) {
      if (error instanceof CoreError) return error;
      if (error instanceof PortError && error.advice === 'stop' && error.code.startsWith('SOURCE.'))
        return error;
      throw error;
    }
  }
}

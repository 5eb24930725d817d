import { Injectable } from '@nestjs/common';
import type { RecurringTask, TaskOutcome, TaskRun } from '#platform';
import type { Source, SourceTask } from '#ports';
import { SourceClock } from './source-clock.js';
import { WindowWalk, type AskingRule } from './window-walk.js';
import { readPosition } from './window.js';

/** Looks at everything that changed, by windows that overlap: what was never notified is found. */
@Injectable()
abstract class WindowTask implements RecurringTask {
  abstract readonly task: SourceTask;
  protected abstract readonly asking: AskingRule;
  readonly concurrency = 4;

  constructor(
    private readonly walk: WindowWalk,
    private readonly clock: SourceClock,
  ) {}

  abstract everyMs(source: Source): number | undefined;

  /** The first run finds out when to begin: with the declaration, for what is older is the backfill's. */
  async run(source: Source, run: TaskRun): Promise<TaskOutcome> {
    const position = readPosition(run.lease.position);
    if (position)
      return { position: JSON.stringify(await this.walk.walk(source, run, position, this.asking)) };
    const until = await this.clock.behind(source, source.declaredAt);
    return { position: JSON.stringify({ until: until.toISOString() }) };
  }
}

/** Reconciles every source, whatever its channel. */
@Injectable()
export class ReconcileTask extends WindowTask {
  readonly task = 'reconcile';
  // Versions in between may never have been notified, though the current one was.
  protected readonly asking = 'changed';

  everyMs({ settings }: Source): number {
    return settings.reconcileEveryMs;
  }
}

/** The channel of sources that never call: the same, more often. */
@Injectable()
export class PollTask extends WindowTask {
  readonly task = 'poll';
  protected readonly asking = 'unknown';

  everyMs({ settings }: Source): number | undefined {
    return settings.channel === 'polling' ? settings.pollEveryMs : undefined;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock, SourceTasks, type Source } from '#ports';
import { readPosition } from './window.js';

/** Times of the database are compared with ours: clocks may differ a little. */
const MARGIN_MS = 1_000;

/** Asks for reconciliation ahead of its time, and tells what it has covered. */
@Injectable()
export class WindowRequests {
  constructor(
    private readonly tasks: SourceTasks,
    private readonly clock: Clock,
  ) {}

  /** How the changes from before `at` were looked for since; undefined as long as they were not. */
  async covered(source: Source): Promise<(at: Date) => 'history' | 'search' | undefined> {
    const [state] = await this.tasks.states({ sourceId: source.id, task: 'reconcile' });
    const last = readPosition(state?.position)?.last;
    return (at) => (last && Date.parse(last.startedAt) >= at.getTime() + MARGIN_MS ? last.by : undefined);
  }

  /** Has a window opened now, unless one is looked at, or the source has just failed: it comes by itself then. */
  async request(source: Source): Promise<void> {
    const [state] = await this.tasks.states({ sourceId: source.id, task: 'reconcile' });
    if (state && !state.running && state.error === undefined && state.nextAt > this.clock.now())
      await this.tasks.schedule(source.id, 'reconcile');
  }
}

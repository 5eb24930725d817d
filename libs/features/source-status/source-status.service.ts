import { Injectable } from '@nestjs/common';
import { HttpProblem } from '#platform';
import {
  Clock,
  ResourceChecks,
  SourceFactsReader,
  SourceRegistry,
  SourceTasks,
  SubscriptionStore,
  type CheckCoverage,
  type Source,
} from '#ports';
import { statusOf, type SourceStatus } from './source-status.js';

const DAY_MS = 24 * 60 * 60_000;
/** Changes of Subscriptions that are shown of each source. */
const CHANGES = 10;

/** Reads how sources are doing from the database. */
@Injectable()
export class SourceStatusService {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly facts: SourceFactsReader,
    private readonly checks: ResourceChecks,
    private readonly tasks: SourceTasks,
    private readonly subscriptions: SubscriptionStore,
    private readonly clock: Clock,
  ) {}

  /** Of every declared source, by name. */
  async all(): Promise<readonly SourceStatus[]> {
    return this.statusesOf(await this.sources.list());
  }

  /** Throws HttpProblem 404 SOURCE.NOT_FOUND. */
  async one(name: string): Promise<SourceStatus> {
    const source = await this.sources.find(name);
    const [status] = source ? await this.statusesOf([source], source.id) : [];
    if (!status) throw new HttpProblem(404, 'SOURCE.NOT_FOUND', 'No source of that name is declared.');
    return status;
  }

  private async statusesOf(sources: readonly Source[], only?: number): Promise<readonly SourceStatus[]> {
    const [facts, tasks, subscriptions, coverages, changes] = await Promise.all([
      this.facts.facts(only),
      this.tasks.states(only === undefined ? {} : { sourceId: only }),
      this.subscriptions.list(only),
      Promise.all(sources.map((source) => this.coverage(source))),
      Promise.all(sources.map(({ id }) => this.subscriptions.changes(id, CHANGES))),
    ]);
    const now = this.clock.now();
    return sources.flatMap((source, at) => {
      const isOwn = ({ sourceId }: { readonly sourceId: number }): boolean => sourceId === source.id;
      const known = facts.find(isOwn);
      if (!known) return [];
      return statusOf({
        source,
        facts: known,
        coverage: coverages[at]!,
        subscriptions: subscriptions.filter(isOwn),
        changes: changes[at]!,
        tasks: tasks.filter(isOwn),
        now,
      });
    });
  }

  private coverage({ id, settings: { driftDays } }: Source): Promise<CheckCoverage> {
    return this.checks.coverage(id, new Date(this.clock.now().getTime() - driftDays * DAY_MS));
  }
}

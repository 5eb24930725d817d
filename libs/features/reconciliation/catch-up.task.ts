import { Injectable } from '@nestjs/common';
import { SourceDeliveries, type RecurringTask, type TaskOutcome, type TaskRun } from '#platform';
import { CatchUps, Clock, FhirSource, PortError, type CatchUp, type Source } from '#ports';
import { WindowRequests } from './window-requests.js';

const EVERY_MS = 1_000;
/** What was only overtaken arrives by itself. */
const GRACE_MS = 2_000;
const BATCH = 64;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** After which an answer that is final by its kind is asked for again: rights and servers are mended by people. */
const REFUSED_PAUSE_MS = 60 * 60_000;

type ResourceName = NonNullable<CatchUp['resource']>;

/** Carries out what has to be asked of a source again: histories of resources, and everything that changed. */
@Injectable()
export class CatchUpTask implements RecurringTask {
  readonly task = 'catch-up';
  readonly concurrency = 4;

  constructor(
    private readonly catchUps: CatchUps,
    private readonly fhir: FhirSource,
    private readonly deliveries: SourceDeliveries,
    private readonly windows: WindowRequests,
    private readonly clock: Clock,
  ) {}

  everyMs(): number {
    return EVERY_MS;
  }

  async waiting(): Promise<ReadonlySet<number>> {
    return new Set((await this.catchUps.waiting()).keys());
  }

  async run(source: Source, { signal }: TaskRun): Promise<TaskOutcome> {
    const before = new Date(this.clock.now().getTime() - GRACE_MS);
    const due = await this.catchUps.due(source.id, before, BATCH);
    await this.askForEverything(
      source,
      due.filter(({ resource }) => !resource),
    );
    const waiting = due.values();
    const next = async (): Promise<void> => {
      for (const one of waiting) {
        if (signal.aborted) return;
        if (one.resource) await this.carryOut(source, one, one.resource);
      }
    };
    await Promise.all(Array.from({ length: source.settings.parallelRequests }, next));
    return due.length === BATCH ? { againInMs: 0 } : {};
  }

  /** Done by the first window that is opened after it was asked for. */
  private async askForEverything(source: Source, asked: readonly CatchUp[]): Promise<void> {
    if (asked.length === 0) return;
    const covered = await this.windows.covered(source);
    const open = asked.filter(({ askedAt }) => covered(askedAt) === undefined);
    await this.catchUps.done(asked.filter((one) => !open.includes(one)));
    if (open.length > 0) await this.windows.request(source);
  }

  private async carryOut(source: Source, catchUp: CatchUp, resource: ResourceName): Promise<void> {
    try {
      await this.fetch(source, resource);
      // A crash before this asks once more: what comes twice is stored once.
      await this.catchUps.done([catchUp]);
    } catch (error) {
      if (!(error instanceof PortError) || !error.code.startsWith('SOURCE.')) throw error;
      const notBefore = new Date(this.clock.now().getTime() + pauseAfter(catchUp.attempts, error));
      await this.catchUps.defer(catchUp, error.code, notBefore);
    }
  }

  private async fetch(source: Source, { type, id }: ResourceName): Promise<void> {
    const named = `${type}/${id}`;
    try {
      for await (const { body } of this.fhir.history(source, { type, id }))
        await this.deliveries.accept(source, [{ hint: { via: 'history', named }, body }]);
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== 'SOURCE.UNSUPPORTED') throw error;
      // No history, or no such resource: the current version is all there is to be had.
      const current = await this.fhir.read(source, type, id);
      if (current.state === 'present')
        await this.deliveries.accept(source, [{ hint: { via: 'search' }, body: current.body }]);
    }
  }
}

function pauseAfter(attempts: number, error: PortError): number {
  if (error.advice === 'stop') return REFUSED_PAUSE_MS;
  return error.retryAfterMs ?? Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts, 20), LONGEST_PAUSE_MS);
}

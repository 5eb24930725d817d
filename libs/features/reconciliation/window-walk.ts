import { Injectable } from '@nestjs/common';
import { errorCode, SourceDeliveries, type TaskRun } from '#platform';
import { CatchUps, Clock, FhirSource, PortError, RecordStore, type Source } from '#ports';
import { laterOf, pageFacts, type NamedVersion, type PageFacts } from './page-facts.js';
import {
  afterPage,
  closeWindow,
  openWindow,
  type ReconcilePosition,
  type Window,
  type WindowStep,
} from './window.js';

/** For which resources that only a search names the history is asked for. */
export type AskingRule = 'changed' | 'unknown';

/** Versions of a resource that are compared with the one that a search names. */
const KNOWN_VERSIONS = 50;

/**
 * Takes everything that changed at a source into the inbox, window after window, page by page: by the history of each
 * type that its criteria name, or where it has none by search.
 */
@Injectable()
export class WindowWalk {
  constructor(
    private readonly fhir: FhirSource,
    private readonly deliveries: SourceDeliveries,
    private readonly catchUps: CatchUps,
    private readonly records: RecordStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Goes on with the window that was interrupted, or opens the next one, and looks at it to its end, or until the run
   * is to stop. Each page is durable together with the position after it.
   */
  async walk(
    source: Source,
    run: TaskRun,
    from: ReconcilePosition,
    asking: AskingRule,
  ): Promise<ReconcilePosition> {
    let window = from.window ?? openWindow(source, from, this.clock.now());
    const isToStop = (): boolean => run.signal.aborted;
    for (let [step] = window.steps; step && !isToStop(); [step] = window.steps) {
      try {
        for await (window of this.pages(source, run, { ...from, window }, asking))
          // A crash here loses nothing: the next run goes on with the page after this one.
          if (isToStop()) break;
      } catch (error) {
        const instead = insteadOf(window.steps[0]!, step, error);
        if (!instead) throw error;
        window = { ...window, steps: [instead, ...window.steps.slice(1)] };
      }
    }
    return window.steps.length > 0 ? { ...from, window } : closeWindow(from, window);
  }

  /** Yields the window after each page of its first step, once that page is durable. */
  private async *pages(
    source: Source,
    run: TaskRun,
    position: ReconcilePosition & { readonly window: Window },
    asking: AskingRule,
  ): AsyncGenerator<Window> {
    let { window } = position;
    const [step] = window.steps;
    const { type, by, page } = step!;
    const start = { since: new Date(window.since), page };
    const pages =
      by === 'history' ? this.fhir.history(source, { type }, start) : this.fhir.changed(source, type, start);
    let bound = page === undefined ? undefined : step!.bound;
    let isFirst = page === undefined;
    for await (const came of pages) {
      const { body, next } = came;
      const facts = pageFacts(came);
      if (by === 'search') await this.askForVersions(source, facts, asking);
      bound = boundAfter(bound, isFirst, facts);
      isFirst = false;
      window = afterPage(window, bound, next, position.until);
      const deliveries = facts.entries > 0 ? [{ hint: { via: by }, body }] : [];
      const progress = { lease: run.lease, position: JSON.stringify({ ...position, window }) };
      await this.deliveries.accept(source, deliveries, progress);
      yield window;
    }
  }

  /** A search has current versions only; where versions are numbered, the store itself sees what is missing. */
  private async askForVersions(source: Source, { resources }: PageFacts, asking: AskingRule): Promise<void> {
    const unnumbered = resources.filter(({ version }) => !/^\d+$/.test(version ?? ''));
    const wanted = [];
    for (const resource of unnumbered)
      if (asking === 'changed' || !(await this.isKnown(source, resource)))
        wanted.push({ sourceId: source.id, resource: { type: resource.type, id: resource.id } });
    await this.catchUps.ask(wanted);
  }

  private async isKnown({ name }: Source, { type, id, version }: NamedVersion): Promise<boolean> {
    const known = await this.records.versions({ source: name, type, id, limit: KNOWN_VERSIONS });
    return known.some((one) => one.version === version);
  }
}

/** What the source's clock said at the first page; where it says nothing, the newest change of all pages. */
function boundAfter(bound: string | undefined, isFirst: boolean, facts: PageFacts): string | undefined {
  if (isFirst) return facts.answeredAt ?? facts.newest;
  return facts.answeredAt === undefined ? laterOf(bound, facts.newest) : bound;
}

/**
 * What to do in place of a step that the source refuses: search where there is no history, and begin again where the
 * page to go on from is gone. Undefined: nothing.
 * @param begun the step as this run began it
 */
function insteadOf(step: WindowStep, begun: WindowStep, error: unknown): WindowStep | undefined {
  if (!(error instanceof PortError) || error.advice !== 'stop' || errorCode(error) === 'TASK.LOST')
    return undefined;
  const { type, by } = step;
  if (step.page !== undefined) return step.page === begun.page ? { type, by } : undefined;
  return by === 'history' ? { type, by: 'search' } : undefined;
}

import type { Source } from '#ports';

/** One question of a window: what changed of one type. */
export interface WindowStep {
  readonly type: string;
  readonly by: 'history' | 'search';
  /** Where its next page is, once it is begun. */
  readonly page?: string | undefined;
  /** The source's time up to which its answer is whole, as far as the pages so far tell. */
  readonly bound?: string | undefined;
}

/** Everything that changed at a source since a time, while it is being looked at. Times are ISO instants. */
export interface Window {
  /** By the source's clock. */
  readonly since: string;
  /** By ours. */
  readonly startedAt: string;
  /** The lowest bound of the steps that are done. */
  readonly until?: string | undefined;
  readonly searched: boolean;
  /** What is left, in order. */
  readonly steps: readonly WindowStep[];
}

/** Where reconciliation of a source stands. */
export interface ReconcilePosition {
  /** By the source's clock: what changed before is in the inbox, or was. */
  readonly until: string;
  readonly window?: Window | undefined;
  /** The last window that was looked at to its end. */
  readonly last?: { readonly startedAt: string; readonly by: 'history' | 'search' } | undefined;
}

export function readPosition(text: string | undefined): ReconcilePosition | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as ReconcilePosition);
}

/** The types that the criteria of a source name: `Patient` of `Patient?active=true`. */
export function typesOf({ criteria }: Pick<Source, 'criteria'>): readonly string[] {
  return [...new Set(criteria.map((criterion) => criterion.split('?')[0]!))];
}

/** The next window: it reaches back over the end of the one before. */
export function openWindow(source: Source, { until }: ReconcilePosition, now: Date): Window {
  return {
    since: new Date(Date.parse(until) - source.settings.reconcileOverlapMs).toISOString(),
    startedAt: now.toISOString(),
    searched: false,
    steps: typesOf(source).map((type) => ({ type, by: 'history' })),
  };
}

/** The window after one more page of its first step. @param next where the page after it is */
export function afterPage(
  window: Window,
  bound: string | undefined,
  next: string | undefined,
  until: string,
): Window {
  const [step, ...rest] = window.steps;
  if (next !== undefined) return { ...window, steps: [{ ...step!, page: next, bound }, ...rest] };
  // Without any time of the source's nothing tells that its clock has moved on: the next window begins where this did.
  const reached = bound ?? until;
  return {
    ...window,
    steps: rest,
    searched: window.searched || step!.by === 'search',
    until: window.until === undefined ? reached : earlier(window.until, reached),
  };
}

/** The position after a window without any steps left: never before the one it began with. */
export function closeWindow(position: ReconcilePosition, window: Window): ReconcilePosition {
  return {
    until: later(position.until, window.until ?? position.until),
    last: { startedAt: window.startedAt, by: window.searched ? 'search' : 'history' },
  };
}

function earlier(one: string, other: string): string {
  return Date.parse(one) <= Date.parse(other) ? one : other;
}

function later(one: string, other: string): string {
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

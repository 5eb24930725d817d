import type {
  CheckCoverage,
  KnownSubscription,
  Source,
  SourceFacts,
  SubscriptionChange,
  TaskState,
} from '#ports';

/** How one source is doing, as it is shown. Times are RFC 3339, null where there is none. */
export interface SourceStatus {
  readonly name: string;
  readonly base: string;
  readonly channel: string;
  readonly lastEventAt: string | null;
  /** Age of the oldest notification that waits to be normalised. */
  readonly lagSeconds: number;
  readonly waiting: number;
  readonly records: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly deadLetters: number;
  /** Resources, or the whole source, that are to be asked for again. */
  readonly catchUps: number;
  readonly incidentsOpen: number;
  readonly gaps: { readonly open: number; readonly healed: number };
  /** Up to when everything was compared with what the source says changed. */
  readonly reconciledUntil: string | null;
  readonly drift: DriftStatus;
  readonly subscriptions: readonly ShownSubscription[];
  /** Newest first, as many as were asked for. */
  readonly subscriptionChanges: readonly ShownChange[];
  readonly tasks: readonly ShownTask[];
}

/** How much of the estate was compared within the last `days`. */
export interface DriftStatus {
  readonly perMinute: number;
  readonly days: number;
  readonly resources: number;
  readonly checked: number;
  /** Null where nothing is known to be checked. */
  readonly ratio: number | null;
  readonly lastCheckAt: string | null;
}

interface ShownSubscription {
  /** Its id at the source. */
  readonly id: string;
  readonly criteria: string;
  readonly status: string;
  readonly endsAt: string | null;
  readonly checkedAt: string;
  readonly lastNoticeAt: string | null;
  readonly lastEvent: number | null;
}

interface ShownChange {
  readonly subscription: string;
  readonly at: string;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
}

interface ShownTask {
  readonly task: string;
  readonly running: boolean;
  readonly nextAt: string;
  readonly succeededAt: string | null;
  readonly error: string | null;
}

/** Everything that a source's status is made from. */
export interface StatusParts {
  readonly source: Source;
  readonly facts: SourceFacts;
  readonly coverage: CheckCoverage;
  readonly subscriptions: readonly KnownSubscription[];
  readonly changes: readonly SubscriptionChange[];
  readonly tasks: readonly TaskState[];
  readonly now: Date;
}

export function statusOf(parts: StatusParts): SourceStatus {
  const { source, facts, coverage, tasks, now } = parts;
  const { name, base, settings } = source;
  const { records, duplicates, conflicts, deadLetters, catchUps, incidentsOpen, waiting } = facts;
  return {
    name,
    base,
    channel: settings.channel,
    lastEventAt: timeOf(facts.lastEventAt),
    lagSeconds: facts.oldestWaiting ? secondsBetween(facts.oldestWaiting, now) : 0,
    waiting,
    records,
    duplicates,
    conflicts,
    deadLetters,
    catchUps,
    incidentsOpen,
    gaps: { open: facts.gapsOpen, healed: facts.gapsHealed },
    reconciledUntil: timeOf(reconciledUntil(tasks)),
    drift: driftOf(source, coverage),
    subscriptions: parts.subscriptions.map(shownSubscription),
    subscriptionChanges: parts.changes.map(shownChange),
    tasks: tasks.map(shownTask),
  };
}

/** How old something is; never negative, whatever the clocks say. */
export function secondsBetween(then: Date, now: Date): number {
  return Math.max(0, (now.getTime() - then.getTime()) / 1000);
}

function driftOf({ settings }: Source, { resources, checked, lastCheckAt }: CheckCoverage): DriftStatus {
  return {
    perMinute: settings.driftPerMinute,
    days: settings.driftDays,
    resources,
    checked,
    ratio: resources === 0 ? null : checked / resources,
    lastCheckAt: timeOf(lastCheckAt),
  };
}

/** The reconciliation's position is JSON with the end of its last window. */
function reconciledUntil(tasks: readonly TaskState[]): Date | undefined {
  const position = tasks.find(({ task }) => task === 'reconcile')?.position;
  try {
    const { until } = JSON.parse(position ?? '{}') as { until?: unknown };
    const time = typeof until === 'string' ? new Date(until) : undefined;
    return time && !Number.isNaN(time.getTime()) ? time : undefined;
  } catch {
    return undefined;
  }
}

function shownSubscription({ id, criteria, status, ...known }: KnownSubscription): ShownSubscription {
  return {
    id,
    criteria,
    status,
    endsAt: timeOf(known.end),
    checkedAt: known.checkedAt.toISOString(),
    lastNoticeAt: timeOf(known.lastNoticeAt),
    lastEvent: known.lastEvent ?? null,
  };
}

function shownChange({ subscription, at, from, to, reason }: SubscriptionChange): ShownChange {
  return { subscription, at: at.toISOString(), from: from ?? null, to, reason };
}

function shownTask({ task, running, nextAt, succeededAt, error }: TaskState): ShownTask {
  return {
    task,
    running,
    nextAt: nextAt.toISOString(),
    succeededAt: timeOf(succeededAt),
    error: error ?? null,
  };
}

function timeOf(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}

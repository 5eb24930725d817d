import { printable } from '../frame/printable.js';

/** A source's status as the API shows it. */
export interface ShownStatus {
  readonly name: string;
  readonly base: string;
  readonly channel: string;
  readonly lastEventAt: string | null;
  readonly lagSeconds: number;
  readonly waiting: number;
  readonly records: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly deadLetters: number;
  readonly catchUps: number;
  readonly incidentsOpen: number;
  readonly gaps: { readonly open: number; readonly healed: number };
  readonly reconciledUntil: string | null;
  readonly drift: { readonly checked: number; readonly resources: number; readonly days: number };
  readonly subscriptions: readonly ShownSubscription[];
  readonly subscriptionChanges: readonly ShownChange[];
  readonly tasks: readonly ShownTask[];
}

interface ShownSubscription {
  readonly id: string;
  readonly criteria: string;
  readonly status: string;
  readonly endsAt: string | null;
  readonly lastNoticeAt: string | null;
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

const HEAD = ['source', 'channel', 'last event', 'lag', 'waiting', 'dead', 'gaps', 'incidents', 'checked'];

/** For people: a line a source, below a line of headings. */
export function statusTable(statuses: readonly ShownStatus[]): string {
  return columns([HEAD, ...statuses.map(row)]);
}

/** For people: everything of one source. */
export function statusDetails(status: ShownStatus): string {
  const { gaps, drift } = status;
  const facts = [
    ['base', status.base],
    ['channel', status.channel],
    ['last event', status.lastEventAt ?? 'never'],
    ['waiting', `${status.waiting}, the oldest for ${seconds(status.lagSeconds)}`],
    ['records', `${status.records}, and ${status.duplicates} duplicates`],
    ['conflicts', `${status.conflicts}`],
    ['dead letters', `${status.deadLetters}`],
    ['gaps', `${gaps.open} open, ${gaps.healed} healed`],
    ['to catch up', `${status.catchUps}`],
    ['incidents', `${status.incidentsOpen} open`],
    ['reconciled until', status.reconciledUntil ?? 'never'],
    ['checked', `${drift.checked} of ${drift.resources} resources within ${drift.days} days`],
    ...status.subscriptions.map((one) => [`subscription ${one.id}`, subscriptionText(one)]),
    ...status.subscriptionChanges.map((change) => [`  changed ${change.at}`, changeText(change)]),
    ...status.tasks.map((task) => [`task ${task.task}`, taskText(task)]),
  ];
  return `${printable(status.name)}\n${columns(facts, '  ')}`;
}

function row(status: ShownStatus): string[] {
  return [
    status.name,
    status.channel,
    status.lastEventAt ?? 'never',
    seconds(status.lagSeconds),
    `${status.waiting}`,
    `${status.deadLetters}`,
    `${status.gaps.open}`,
    `${status.incidentsOpen}`,
    `${status.drift.checked}/${status.drift.resources}`,
  ];
}

function subscriptionText({ criteria, status, endsAt, lastNoticeAt }: ShownSubscription): string {
  const end = endsAt === null ? '' : `, ends ${endsAt}`;
  return `${status}, ${criteria}${end}, last notice ${lastNoticeAt ?? 'never'}`;
}

function changeText({ subscription, from, to, reason }: ShownChange): string {
  return `${subscription}: ${from ?? 'unknown'} to ${to}, ${reason}`;
}

function taskText({ running, nextAt, succeededAt, error }: ShownTask): string {
  const now = running ? 'runs now' : `next ${nextAt}`;
  return `${now}, last success ${succeededAt ?? 'never'}${error === null ? '' : `, failed with ${error}`}`;
}

function seconds(value: number): string {
  return `${Math.round(value)} s`;
}

function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const clean = rows.map((cells) => cells.map(printable));
  const widths = clean[0]!.map((_, at) => Math.max(...clean.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, at) => cell.padEnd(widths[at]!)).join('  ');
  return clean.map((cells) => `${indent}${line(cells).trimEnd()}\n`).join('');
}

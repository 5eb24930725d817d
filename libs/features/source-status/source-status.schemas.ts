import { wholeObject, type Schema } from '#platform';

const count: Schema = { type: 'integer' };
const time: Schema = { type: 'string', format: 'date-time' };
const maybeTime: Schema = { ...time, nullable: true };

/** OpenAPI schema of SourceStatus. */
export const sourceStatusSchema: Schema = wholeObject({
  name: { type: 'string' },
  base: { type: 'string' },
  channel: { type: 'string' },
  lastEventAt: maybeTime,
  lagSeconds: { type: 'number', description: 'age of the oldest notification that waits' },
  waiting: count,
  records: count,
  duplicates: count,
  conflicts: count,
  deadLetters: count,
  catchUps: { ...count, description: 'requests to the source that wait' },
  incidentsOpen: count,
  gaps: wholeObject({ open: count, healed: count }),
  reconciledUntil: maybeTime,
  drift: wholeObject({
    perMinute: count,
    days: count,
    resources: count,
    checked: { ...count, description: 'within the last `days`' },
    ratio: { type: 'number', nullable: true },
    lastCheckAt: maybeTime,
  }),
  subscriptions: {
    type: 'array',
    items: wholeObject({
      id: { type: 'string', description: 'at the source' },
      criteria: { type: 'string' },
      status: { type: 'string', enum: ['requested', 'active', 'error', 'off', 'gone'] },
      endsAt: maybeTime,
      checkedAt: time,
      lastNoticeAt: maybeTime,
      lastEvent: { ...count, nullable: true },
    }),
  },
  subscriptionChanges: {
    type: 'array',
    description: 'newest first',
    items: wholeObject({
      subscription: { type: 'string' },
      at: time,
      from: { type: 'string', nullable: true },
      to: { type: 'string' },
      reason: { type: 'string' },
    }),
  },
  tasks: {
    type: 'array',
    items: wholeObject({
      task: { type: 'string' },
      running: { type: 'boolean' },
      nextAt: time,
      succeededAt: maybeTime,
      error: { type: 'string', nullable: true, description: 'stable code of why it failed the last time' },
    }),
  },
});

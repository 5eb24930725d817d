import { wholeObject, type Schema } from '#platform';

const time: Schema = { type: 'string', format: 'date-time' };
const status: Schema = { type: 'string', enum: ['requested', 'active', 'error', 'off', 'gone'] };

/** OpenAPI schema of a source's Subscriptions and their history. */
export const subscriptionsSchema: Schema = wholeObject({
  subscriptions: {
    type: 'array',
    items: wholeObject({
      id: { type: 'string', description: 'at the FHIR server' },
      criteria: { type: 'string' },
      status,
      end: { ...time, nullable: true, description: 'when the source will end it' },
      events: { type: 'integer', nullable: true, description: 'counted by the source since its start' },
      lastEvent: { type: 'integer', nullable: true, description: 'highest number that came' },
      epoch: { type: 'integer', description: 'how often the numbers began anew' },
      checkedAt: time,
      lastNoticeAt: { ...time, nullable: true, description: 'when it last delivered anything' },
    }),
  },
  changes: {
    type: 'array',
    items: wholeObject({
      subscription: { type: 'string' },
      at: time,
      from: { ...status, nullable: true },
      to: status,
      reason: { type: 'string', example: 'activated' },
    }),
  },
});

import { wholeObject, type Schema } from '#platform';

const time: Schema = { type: 'string', format: 'date-time' };
const source: Schema = { type: 'string', description: 'name of the source' };
const code: Schema = { type: 'string', example: 'CANONICAL.DUPLICATE_MEMBER' };

/** OpenAPI schema of a page of dead letters. */
export const deadLettersSchema: Schema = wholeObject({
  deadLetters: {
    type: 'array',
    items: wholeObject({
      id: { type: 'integer' },
      source,
      code,
      attempts: { type: 'integer' },
      receivedAt: time,
      diedAt: time,
    }),
  },
});

/** OpenAPI schema of the counts. */
export const countsSchema: Schema = wholeObject({
  counts: { type: 'array', items: wholeObject({ source, code, count: { type: 'integer' } }) },
});

/** OpenAPI schema of the body of a retry. */
export const retryBodySchema: Schema = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: { type: 'integer' } },
    source,
    code,
    diedBefore: time,
    all: { type: 'boolean', enum: [true], description: 'instead of ids, source and code' },
    dryRun: { type: 'boolean', description: 'only counts' },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 10_000 },
  },
};

/** OpenAPI schema of what a retry did. */
export const retriedSchema: Schema = wholeObject({
  matching: { type: 'integer', description: 'how many matched before' },
  retried: { type: 'integer', description: 'how many were put back' },
  diedBefore: { ...time, description: 'say it in the next request, so that what dies again is left alone' },
});

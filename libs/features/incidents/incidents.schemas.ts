import { wholeObject, type Schema } from '#platform';
import { INCIDENT_KINDS } from './incidents.requests.js';

const time: Schema = { type: 'string', format: 'date-time' };

/** OpenAPI schema of a page of incidents. */
export const incidentsSchema: Schema = wholeObject({
  incidents: {
    type: 'array',
    items: wholeObject({
      id: { type: 'integer' },
      source: { type: 'string', description: 'name of the source' },
      kind: { type: 'string', enum: [...INCIDENT_KINDS] },
      type: { type: 'string' },
      resourceId: { type: 'string' },
      version: { type: 'string' },
      recordId: { type: 'integer' },
      elements: { type: 'array', items: { type: 'string' }, description: 'names of those that differ' },
      foundAt: time,
      seenLastAt: time,
      seen: { type: 'integer', description: 'how often it was seen' },
      closedAt: { ...time, nullable: true },
    }),
  },
});

/** OpenAPI schema of the body of a closure. */
export const closeBodySchema: Schema = wholeObject({ ids: { type: 'array', items: { type: 'integer' } } });

/** OpenAPI schema of what a closure did. */
export const closedSchema: Schema = wholeObject({
  closed: { type: 'integer', description: 'how many of them were open' },
});

import { z } from 'zod';
import { pagingSchema } from '#platform';
import type { IncidentKind } from '#ports';

/** Code of a query or a body that is not understood. */
export const INVALID_REQUEST = 'INCIDENT.INVALID_REQUEST';

export const INCIDENT_KINDS = [
  'content-mismatch',
  'drift',
  'vanished',
] as const satisfies readonly IncidentKind[];

/** Query of the list. */
export const listSchema = z.strictObject({
  source: z.string().min(1).max(63).optional(),
  kind: z.enum(INCIDENT_KINDS).optional(),
  open: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional(),
  ...pagingSchema,
});

/** Body of a closure. */
export const closeSchema = z.strictObject({
  ids: z.array(z.number().int().positive()).min(1).max(10_000),
});

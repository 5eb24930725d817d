import { z } from 'zod';
import { pagingSchema } from '#platform';

/** Items that one request puts back at most: a few seconds' work. */
const RETRIED_AT_MOST = 10_000;

/** Stable codes, as in `CANONICAL.DUPLICATE_MEMBER`. */
const code = z.string().regex(/^[A-Z0-9_.]{1,100}$/, 'expected a code');
const source = z.string().min(1).max(63);

/** Query of the list. */
export const listSchema = z.strictObject({
  source: source.optional(),
  code: code.optional(),
  ...pagingSchema,
});

/** Body of a retry: which ones, or `all`. */
export const retrySchema = z
  .strictObject({
    ids: z.array(z.number().int().positive()).min(1).max(10_000).optional(),
    source: source.optional(),
    code: code.optional(),
    diedBefore: z.iso.datetime().optional(),
    all: z.literal(true).optional(),
    dryRun: z.boolean().optional(),
    limit: z.number().int().min(1).max(RETRIED_AT_MOST).default(RETRIED_AT_MOST),
  })
  .refine((request) => isFilter(request) !== (request.all ?? false), {
    message: 'expected either ids, source or code, or all: true',
  });

export type RetryRequest = z.infer<typeof retrySchema>;

/** A time alone chooses nothing: it bounds what the others choose. */
function isFilter({ ids, source, code }: { ids?: unknown; source?: unknown; code?: unknown }): boolean {
  return ids !== undefined || source !== undefined || code !== undefined;
}

import { z } from 'zod';

/** A whole number in a query, where everything is text. */
const number = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** Query parameters of a list that is read from the newest entry back, page by page. */
export const pagingSchema = {
  /** Only entries with a smaller id. */
  before: number(1, Number.MAX_SAFE_INTEGER).optional(),
  /** Entries at most; 100 unless told. */
  limit: number(1, 1_000).optional(),
};

export const PAGE_LENGTH = 100;

import { CompiledQuery } from 'kysely';
import type { Database } from './database.types.js';

/** Runs SQL written by hand: what Kysely's builder cannot say, or would build anew on every call of a hot path. */
export async function run<Row>(
  db: Pick<Database, 'executeQuery'>,
  text: string,
  ...parameters: readonly unknown[]
): Promise<Row[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...parameters]));
  return rows as Row[];
}

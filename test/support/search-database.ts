import { sql } from 'kysely';
import type { Database } from '#adapters/store-postgres';

/** The tables of the whole database, the queue's among them, that hold a word: as text, or within any bytes. */
export async function tablesWith(db: Database, word: string): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(db);
  const like = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const hex = Buffer.from(word).toString('hex');
  const questions = tables.rows.map(
    ({ name }) =>
      // Bytes are shown in hexadecimal.
      sql`select ${name}::text as name where exists
        (select from ${sql.raw(name)} t where t::text like ${like(word)} or t::text like ${like(hex)})`,
  );
  const { rows } = await sql<{ name: string }>`${sql.join(questions, sql` union all `)}`.execute(db);
  return rows.map(({ name }) => name).sort();
}

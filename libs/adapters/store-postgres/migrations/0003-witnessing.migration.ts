import { sql, type Kysely } from 'kysely';

/** witnessed: enough witnesses have cosigned the checkpoint, by the policy of that time. */
const UP = [
  `alter table checkpoint add column witnessed boolean not null default false`,
  `create index checkpoint_witnessed on checkpoint (size) where witnessed`,
];

const DOWN = [`alter table checkpoint drop column witnessed`];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db);
}

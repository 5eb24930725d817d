import { Migrator, sql, type Kysely, type MigrationResultSet } from 'kysely';
import type { Database } from './database.types.js';
import { MIGRATIONS } from './migrations/index.js';
import { newerDatabase, storeError } from './store.errors.js';

const TABLE = 'schema_migration';

/**
 * Brings the schema up to this release; several processes may do so at once, one of them does the work.
 * Throws STORE.NEWER when a newer release has migrated the database, STORE.UNAVAILABLE (retry) when it cannot be reached.
 */
export async function migrate(db: Database): Promise<void> {
  await refuseNewer(db);
  const result = await migrator(db).migrateToLatest();
  if (result.error !== undefined) {
    // Between the question above and now another process may have run a newer release's migrations.
    await refuseNewer(db);
    throw storeError(result.error);
  }
}

/** Takes every table away again, with all that they hold. */
export async function unmigrate(db: Database): Promise<MigrationResultSet> {
  return await migrator(db).migrateTo({ __noMigrations__: true });
}

function migrator(db: Kysely<never> | Database): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
}

async function refuseNewer(db: Database): Promise<void> {
  const known = await sql<{ exists: boolean }>`select to_regclass(${TABLE}) is not null as exists`.execute(
    db,
  );
  if (known.rows[0]?.exists !== true) return;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(db);
  if (rows.some(({ name }) => !Object.hasOwn(MIGRATIONS, name))) throw newerDatabase();
}

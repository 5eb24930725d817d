import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { connectDatabase, migrate, unmigrate } from './index.js';

describe('migrate', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  }, 60_000);
  afterEach(() => database.drop());

  const tables = async (): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(database.db);
    return rows.map(({ name }) => name).filter((name) => !name.startsWith('schema_migration'));
  };

  it('goes all the way down and up again', async () => {
    const made = await tables();
    expect(made).toEqual([
      'anchor',
      'catch_up',
      'checkpoint',
      'entry',
      'estate_walk',
      'event_gap',
      'inbox',
      'incident',
      'pending',
      'record',
      'resource_check',
      'source',
      'source_count',
      'source_task',
      'subscription',
      'subscription_change',
      'task_count',
      'tile',
    ]);
    await unmigrate(database.db);
    expect(await tables()).toEqual([]);
    await migrate(database.db);
    expect(await tables()).toEqual(made);
  });

  it('may run in many processes at once', async () => {
    await unmigrate(database.db);
    await sql`drop table schema_migration, schema_migration_lock`.execute(database.db);
    const processes = Array.from({ length: 8 }, () => connectDatabase({ url: database.url, poolSize: 1 }));
    await Promise.all(processes.map(migrate));
    await Promise.all(processes.map((db) => db.destroy()));
    expect(await tables()).toHaveLength(18);
  });

  it('refuses a database that a newer release has migrated', async () => {
    await sql`insert into schema_migration values ('9999-from-the-future', '2099-01-01T00:00:00Z')`.execute(
      database.db,
    );
    await expect(migrate(database.db)).rejects.toMatchObject({ code: 'STORE.NEWER', advice: 'stop' });
  });
});

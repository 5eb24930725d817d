import { sql } from 'kysely';
import { PortError } from '#ports';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { connectDatabase, PostgresInbox } from './index.js';

describe('errors of the store', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  }, 60_000);
  afterAll(() => database.drop());

  const errorOf = async (work: Promise<unknown>): Promise<PortError> => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PortError);
    return error as PortError;
  };
  const everythingIn = (error: PortError): string =>
    JSON.stringify([error.code, error.message, error.stack, error.cause, Object.entries(error)]);

  it('never quote what a statement was about', async () => {
    const insert = sql`insert into source (name, base, fhir_version, criteria, sealed_authentication)
      values (${'Jane Doe'}, '', '', '{}', '')`;
    await insert.execute(database.db);
    const duplicate = await errorOf(insert.execute(database.db));
    const invalid = await errorOf(sql`select ${'Jane Doe'}::int`.execute(database.db));
    for (const error of [duplicate, invalid]) {
      expect(error).toMatchObject({ code: 'STORE.FAILED', advice: 'stop' });
      expect(everythingIn(error)).not.toContain('Jane');
    }
    expect(duplicate.message).toContain('source_name_key');
  });

  it('advise to try again after a lost connection', async () => {
    const error = await errorOf(sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db));
    expect(error).toMatchObject({ code: 'STORE.UNAVAILABLE', advice: 'retry' });
    expect(await new PostgresInbox(database.db).facts()).toMatchObject({ waiting: 0 });
  });

  it.each([
    ['nothing listens there', 'postgres://attestry:x@127.0.0.1:1/attestry'],
    ['there is no such host', 'postgres://attestry:x@nowhere.invalid/attestry'],
  ])('advise to try again where %s', async (_what, url) => {
    const db = connectDatabase({ url, connectTimeoutMs: 3_000 });
    const error = await errorOf(new PostgresInbox(db).facts());
    expect(error).toMatchObject({ code: 'STORE.UNAVAILABLE', advice: 'retry' });
    await db.destroy();
  });

  it('advise to try again when every connection is taken', async () => {
    const db = connectDatabase({ url: database.url, poolSize: 1, connectTimeoutMs: 200 });
    const sleeping = sql`select pg_sleep(1)`.execute(db);
    const error = await errorOf(new PostgresInbox(db).facts());
    expect(error).toMatchObject({ code: 'STORE.UNAVAILABLE', advice: 'retry' });
    await sleeping;
    await db.destroy();
  });

  it('advise to try again after a deadlock', async () => {
    const lock = async (first: number, second: number): Promise<unknown> =>
      database.db.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${first}::bigint)`.execute(transaction);
        await sql`select pg_sleep(0.2)`.execute(transaction);
        await sql`select pg_advisory_xact_lock(${second}::bigint)`.execute(transaction);
      });
    const outcomes = await Promise.allSettled([lock(1, 2), lock(2, 1)]);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'STORE.CONTENDED', advice: 'retry' },
    });
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { SettlementCounts } from '#ports';
import { recordVersion } from '../../../test/support/record-versions.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSealer } from '../../../test/support/test-sealer.js';
import { PostgresInbox, PostgresSourceRegistry } from './index.js';

describe('settling in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(12);
  }, 60_000);
  afterAll(() => database.drop());

  const blocked = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
    return rows[0]!.count;
  };

  it('does not deadlock when overlapping batches in opposite orders start at the same moment', async () => {
    const inbox = new PostgresInbox(database.db);
    const { id: sourceId } = await new PostgresSourceRegistry(database.db, testSealer()).declare({
      name: 'clinic',
      base: 'https://clinic.example',
      fhirVersion: 'R4',
      criteria: [],
      authentication: { kind: 'header', header: 'X-Key', secret: 'x' },
    });
    const versions = Array.from({ length: 500 }, () => recordVersion({ sourceId }));
    const notifications = versions.map(() => ({ sourceId, sealedBody: Buffer.alloc(1) }));
    const settle = async (worker: number): Promise<SettlementCounts> => {
      const ids = await inbox.accept(notifications);
      const mine = worker % 2 === 0 ? versions : versions.toReversed();
      return inbox.settle(
        mine.map((record, at) => ({ itemId: ids[at]!, outcome: 'stored', records: [record] })),
      );
    };

    let settling: Promise<SettlementCounts>[] = [];
    await database.db.transaction().execute(async (transaction) => {
      await sql`lock table record in exclusive mode`.execute(transaction);
      settling = Array.from({ length: 8 }, (_, worker) => settle(worker));
      while ((await blocked()) < settling.length) await delay(20);
    });
    const counts = await Promise.all(settling);
    expect(counts.reduce((sum, { stored }) => sum + stored, 0)).toBe(500);
    expect(counts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(7 * 500);
  }, 60_000);
});

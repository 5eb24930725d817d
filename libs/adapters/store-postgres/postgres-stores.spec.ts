import { storesContract } from '../../../test/contracts/stores.contract.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSealer } from '../../../test/support/test-sealer.js';
import {
  PostgresAnchorStore,
  PostgresCatchUps,
  PostgresDeadLetters,
  PostgresInbox,
  PostgresIncidents,
  PostgresLogStore,
  PostgresRecordStore,
  PostgresResourceChecks,
  PostgresSourceFacts,
  PostgresSourceRegistry,
  PostgresSourceTasks,
  PostgresSubscriptionStore,
} from './index.js';

describe('stores in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(12);
  }, 60_000);
  afterAll(() => database.drop());

  storesContract(async () => {
    const { db } = database;
    await database.empty();
    return {
      sources: new PostgresSourceRegistry(db, testSealer()),
      inbox: new PostgresInbox(db),
      records: new PostgresRecordStore(db),
      log: new PostgresLogStore(db),
      anchors: new PostgresAnchorStore(db),
      catchUps: new PostgresCatchUps(db),
      tasks: new PostgresSourceTasks(db),
      subscriptions: new PostgresSubscriptionStore(db),
      deadLetters: new PostgresDeadLetters(db),
      incidents: new PostgresIncidents(db),
      checks: new PostgresResourceChecks(db),
      facts: new PostgresSourceFacts(db),
    };
  });
});

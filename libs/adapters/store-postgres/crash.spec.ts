import { edgeTiles } from '#core';
import {
  acceptFor,
  declareSource,
  extendLog,
  sequence,
  storedAs,
} from '../../../test/contracts/store-steps.js';
import type { Stores } from '../../../test/contracts/store-steps.js';
import { recordVersion } from '../../../test/support/record-versions.js';
import { startTestServer, type TestServer } from '../../../test/support/test-database.js';
import { testSealer } from '../../../test/support/test-sealer.js';
import {
  connectDatabase,
  migrate,
  PostgresAnchorStore,
  PostgresInbox,
  PostgresLogStore,
  PostgresRecordStore,
  PostgresSourceRegistry,
  type Database,
} from './index.js';

/** The server is killed (`kill -9`) at bad moments; the stores stay the same objects throughout. */
describe('stores whose server is killed', () => {
  let server: TestServer;
  let db: Database;
  let stores: Pick<Stores, 'sources' | 'inbox' | 'records' | 'log' | 'anchors'>;
  beforeAll(async () => {
    server = await startTestServer();
    db = connectDatabase({ url: server.url, connectTimeoutMs: 2_000 });
    await migrate(db);
    stores = {
      sources: new PostgresSourceRegistry(db, testSealer()),
      inbox: new PostgresInbox(db),
      records: new PostgresRecordStore(db),
      log: new PostgresLogStore(db),
      anchors: new PostgresAnchorStore(db),
    };
  }, 60_000);
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  const unavailable = { code: 'STORE.UNAVAILABLE', advice: 'retry' };

  it('lose nothing between accepting and settling', async () => {
    const source = await declareSource(stores);
    const versions = Array.from({ length: 50 }, () => recordVersion({ sourceId: source.id }));
    const ids = await acceptFor(stores, versions);
    await server.kill();
    const settlements = versions.map((version, at) => storedAs(ids[at]!, version));
    await expect(stores.inbox.settle(settlements)).rejects.toMatchObject(unavailable);
    await server.restart();
    expect(await stores.inbox.waiting(ids, 1_000_000)).toHaveLength(50);
    expect(await stores.inbox.settle(settlements)).toMatchObject({ stored: 50, duplicates: 0 });
  }, 60_000);

  it('neither lose nor double what was sequenced when the server died', async () => {
    const before = await stores.log.head();
    const killing = stores.log.sequence(10_000, edgeTiles, (...given) => {
      void server.kill();
      return extendLog(...given);
    });
    const outcome = await killing.then(
      () => 'committed',
      (error: unknown) => error,
    );
    await server.restart();
    const after = await stores.log.head();
    if (outcome !== 'committed') {
      expect(outcome).toMatchObject(unavailable);
      // The answer may have been lost after the commit, but nothing in between.
      expect([before?.size ?? 0, 50]).toContain(after?.size ?? 0);
    }
    await sequence(stores);
    expect((await stores.log.head())?.size).toBe(50);
    const entries = await stores.log.entries(0, 1_000);
    expect(new Set(entries.map((entry) => Buffer.from(entry).toString('hex'))).size).toBe(50);
    expect(await stores.log.facts()).toMatchObject({ pending: 0 });
  }, 60_000);

  it('keep every notification that was acknowledged under load, whenever the server dies', async () => {
    const { id: sourceId } = await declareSource(stores);
    const acknowledged: number[] = [];
    let dead = false;
    const client = async (): Promise<void> => {
      while (!dead) {
        const ids = await stores.inbox
          .accept([{ sourceId, sealedBody: Buffer.alloc(500, 1) }])
          .catch(() => []);
        acknowledged.push(...ids);
        if (ids.length === 0) return;
      }
    };
    const clients = Array.from({ length: 6 }, client);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await server.kill();
    dead = true;
    await Promise.all(clients);
    await server.restart();
    expect(acknowledged.length).toBeGreaterThan(0);
    const waiting = await stores.inbox.waiting(acknowledged, 1_000_000_000);
    expect(waiting).toHaveLength(acknowledged.length);
  }, 60_000);
});

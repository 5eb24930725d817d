import { queueContract } from '../../../test/contracts/queue.contract.js';
import { startTestServer, type TestServer } from '../../../test/support/test-database.js';
import { connectPostgresQueue } from './index.js';

describe('queues on PostgreSQL', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  }, 60_000);
  afterAll(() => server.stop());

  queueContract(() => ({
    connect: (options) => connectPostgresQueue({ url: server.url, ...options }),
    restart: () => server.restart(),
  }));
});

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
    port: Number(new URL(server.url).port),
    connect: ({ port, ...options } = {}) => {
      const url = new URL(server.url);
      if (port !== undefined) url.port = String(port);
      return connectPostgresQueue({ url: url.href, ...options });
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
  }));
});

import { queueContract } from '../../../test/contracts/queue.contract.js';
import { startTestRedis } from '../../../test/support/test-redis.js';
import { connectRedisQueue } from './index.js';

const redis = await startTestRedis();
if (redis === undefined) console.warn('SKIPPED: queues on Redis, since this machine has no redis-server');

(redis === undefined ? describe.skip : describe)('queues on Redis', () => {
  afterAll(() => redis?.stop());

  queueContract(() => ({
    port: Number(new URL(redis!.url).port),
    connect: ({ port, ...options } = {}) => {
      const url = new URL(redis!.url);
      if (port !== undefined) url.port = String(port);
      return connectRedisQueue({ url: url.href, ...options });
    },
    kill: () => redis!.kill(),
    restart: () => redis!.restart(),
  }));
});

import { queueContract } from '../../../test/contracts/queue.contract.js';
import { startTestRedis } from '../../../test/support/test-redis.js';
import { connectRedisQueue } from './index.js';

const redis = await startTestRedis();
if (redis === undefined) console.warn('SKIPPED: queues on Redis, since this machine has no redis-server');

(redis === undefined ? describe.skip : describe)('queues on Redis', () => {
  afterAll(() => redis?.stop());

  queueContract(() => ({
    connect: (options) => connectRedisQueue({ url: redis!.url, ...options }),
    restart: () => redis!.restart(),
  }));
});

import { BullmqJobQueue, type BullmqOptions } from './bullmq-job-queue.js';
import { postgresQueueBackend, type PostgresQueueOptions } from './postgres-queue-backend.js';
import { redisQueueBackend, type RedisQueueOptions } from './redis-queue-backend.js';

export { BullmqJobQueue, type BullmqOptions, type PostgresQueueOptions, type RedisQueueOptions };

/** Queues on PostgreSQL: the embedded default. */
export function connectPostgresQueue(options: PostgresQueueOptions & BullmqOptions): BullmqJobQueue {
  return new BullmqJobQueue(postgresQueueBackend(options), options);
}

/** Queues on Redis: for production. */
export function connectRedisQueue(options: RedisQueueOptions & BullmqOptions): BullmqJobQueue {
  return new BullmqJobQueue(redisQueueBackend(options), options);
}

import { once } from 'node:events';
import { createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueBackend } from './queue-backend.js';

export interface RedisQueueOptions {
  /** `redis://…` or `rediss://…` */
  readonly url: string;
}

const LONGEST_PAUSE_MS = 2_000;

const { Queue, Worker } = withBackend(createRedisBackend);

/** BullMQ on Redis. Reconnects for as long as it takes; only those who add jobs are told at once that it is away. */
export function redisQueueBackend({ url }: RedisQueueOptions): QueueBackend {
  const retryStrategy = (attempt: number): number => Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS);
  const adding = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy });
  adding.on('error', ignore);
  const working: Redis[] = [];
  return {
    prepare: async () => {
      if (adding.status !== 'ready') await once(adding, 'ready');
    },
    queue: (name) => new Queue(name, { connection: adding, streams: { events: { maxLen: 100 } } }),
    worker: (name, process, settings) => {
      // What a worker reads and reports must outlast any loss of connection.
      const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
      connection.on('error', ignore);
      working.push(connection);
      return new Worker(name, process, { connection, ...settings });
    },
    close: () => {
      adding.disconnect();
      for (const connection of working) connection.disconnect();
      return Promise.resolve();
    },
  };
}

function ignore(): void {
  // ioredis reconnects by itself; whoever waits for a command gets its error.
}

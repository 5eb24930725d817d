import { setTimeout as delay } from 'node:timers/promises';
import {
  JobQueue,
  PortError,
  type Job,
  type JobContracts,
  type JobKind,
  type JobWorker,
  type QueueName,
} from '#ports';
import { BullmqWorker } from './bullmq-worker.js';
import type { AnyQueue, QueueBackend, WorkerSettings } from './queue-backend.js';
import { queueUnavailable } from './queue.errors.js';

export interface BullmqOptions {
  /** Told of failures that nobody waits for: a job's, or a connection's. */
  readonly onError?: (error: unknown) => void;
  /** How long the server may take to answer before QUEUE.UNAVAILABLE; 5,000 unless told. */
  readonly timeoutMs?: number;
  /** How long a worker may be silent before its jobs go to another; 10,000 unless told. */
  readonly lockMs?: number;
}

/** Eight attempts over about half a minute; after that a sweeper queues the work again. */
const RETRY = { attempts: 8, backoff: { type: 'exponential', delay: 250 } };
/** Finished jobs go, so that the same work may be queued again under the same id. */
const FORGET = { removeOnComplete: true, removeOnFail: true, stackTraceLimit: 1 };

/** BullMQ behind the port, on whichever backend. */
export class BullmqJobQueue extends JobQueue {
  readonly #queues = new Map<QueueName, Promise<AnyQueue>>();
  readonly #workers = new Set<JobWorker>();
  #closing: Promise<void> | undefined;

  constructor(
    private readonly backend: QueueBackend,
    private readonly options: BullmqOptions = {},
  ) {
    super();
  }

  override async add<K extends JobKind>(queue: QueueName, kind: K, jobs: readonly Job<K>[]): Promise<void> {
    if (jobs.length === 0) return;
    const bulk = jobs.map(({ id, data, delayMs }) => ({
      name: kind,
      data,
      // BullMQ refuses ids that are nothing but digits.
      opts: {
        ...RETRY,
        ...FORGET,
        jobId: `${kind}-${id}`,
        ...(delayMs === undefined ? {} : { delay: delayMs }),
      },
    }));
    await this.#ask(queue, (opened) => opened.addBulk(bulk));
  }

  override async work<K extends JobKind>(
    queue: QueueName,
    _kind: K,
    concurrency: number,
    handle: (data: JobContracts[K]) => Promise<void>,
  ): Promise<JobWorker> {
    await this.#inTime(this.backend.prepare());
    const workers = this.#workers.size + 1;
    const worker = new BullmqWorker(
      (process) => this.backend.worker(queue, process, this.#settings(concurrency), workers),
      (data) => handle(data as JobContracts[K]),
      (error) => this.options.onError?.(error),
      this.#timeoutMs,
    );
    const opened: JobWorker = {
      close: async () => {
        this.#workers.delete(opened);
        await worker.close();
      },
    };
    this.#workers.add(opened);
    await this.#inTime(worker.ready()).catch(async (error: unknown) => {
      await opened.close();
      throw error;
    });
    return opened;
  }

  override async depth(queue: QueueName): Promise<number> {
    return await this.#ask(queue, (opened) =>
      opened.getJobCountByTypes('wait', 'prioritized', 'delayed', 'active'),
    );
  }

  override async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    const queues = await Promise.allSettled(this.#queues.values());
    for (const queue of queues) if (queue.status === 'fulfilled') await queue.value.close();
    await this.backend.close();
  }

  #settings(concurrency: number): WorkerSettings {
    const lockDuration = this.options.lockMs ?? 10_000;
    return {
      concurrency,
      lockDuration,
      stalledInterval: lockDuration / 2,
      maxStalledCount: RETRY.attempts,
      runRetryDelay: 500,
      drainDelay: 5,
    };
  }

  get #timeoutMs(): number {
    return this.options.timeoutMs ?? 5_000;
  }

  async #ask<T>(name: QueueName, ask: (queue: AnyQueue) => Promise<T>): Promise<T> {
    return await this.#inTime(this.#open(name).then(ask));
  }

  /** One BullMQ queue a name. One that did not become ready is forgotten: BullMQ would never try again. */
  #open(name: QueueName): Promise<AnyQueue> {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = this.#connect(name);
      this.#queues.set(name, queue);
      queue.catch(() => this.#queues.delete(name));
    }
    return queue;
  }

  async #connect(name: QueueName): Promise<AnyQueue> {
    await this.backend.prepare();
    const queue = this.backend.queue(name);
    queue.on('error', (error: unknown) => this.options.onError?.(error));
    await queue.waitUntilReady().catch(async (error: unknown) => {
      await queue.close();
      throw error;
    });
    return queue;
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const patience = new AbortController();
    const late = delay(this.#timeoutMs, undefined, { signal: patience.signal }).then(() => {
      throw new Error('no answer in time');
    });
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      throw error instanceof PortError ? error : queueUnavailable(error);
    } finally {
      late.catch(() => undefined);
      patience.abort();
      answer.catch(() => undefined);
    }
  }
}

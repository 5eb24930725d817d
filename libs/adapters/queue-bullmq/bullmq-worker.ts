import { setTimeout as delay } from 'node:timers/promises';
import { PortError, type JobWorker } from '#ports';
import type { AnyWorker, JobData, Processor } from './queue-backend.js';

/** One BullMQ worker and the jobs that it is at. */
export class BullmqWorker implements JobWorker {
  readonly #underWay = new Set<Promise<void>>();
  readonly #worker: AnyWorker;

  /** @param patienceMs how long closing may take once no job is under way any more */
  constructor(
    make: (process: Processor) => AnyWorker,
    private readonly handle: (data: JobData) => Promise<void>,
    private readonly onError: (error: unknown) => void,
    private readonly patienceMs: number,
  ) {
    this.#worker = make((job) => this.#process(job.data));
    this.#worker.on('error', onError);
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /**
   * Waits for the jobs under way, and for BullMQ to say what became of them. It would wait for a server that is away for
   * ever, so it is left behind after a while; such jobs are run again, as after a crash.
   */
  async close(): Promise<void> {
    const patience = new AbortController();
    const closing = this.#worker.close();
    const tooLate = Promise.allSettled(this.#underWay)
      .then(() => delay(this.patienceMs, undefined, { signal: patience.signal }))
      .catch(() => undefined);
    await Promise.race([closing, tooLate]);
    patience.abort();
  }

  /** What a job throws is told here and stays here: only its code goes into the queue. */
  async #process(data: JobData): Promise<void> {
    const work = this.handle(data);
    this.#underWay.add(work);
    try {
      await work;
    } catch (error) {
      this.onError(error);
      // BullMQ stores message and stack, but no cause.
      throw new Error(error instanceof PortError ? error.code : 'JOB.FAILED', { cause: error });
    } finally {
      this.#underWay.delete(work);
    }
  }
}

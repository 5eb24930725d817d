import type { JobsOptions, JobType } from 'bullmq';

/** What a job carries, as BullMQ sees it: see JobContracts. */
export type JobData = unknown;

interface Reporting {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** A BullMQ queue on whichever backend, as much of it as is used. */
export interface AnyQueue extends Reporting {
  addBulk(jobs: { name: string; data: JobData; opts: JobsOptions }[]): Promise<unknown>;
  getJobCountByTypes(...types: JobType[]): Promise<number>;
}

/** A BullMQ worker on whichever backend. */
export type AnyWorker = Reporting;

export type Processor = (job: { readonly data: JobData }) => Promise<void>;

/** How a worker takes jobs. */
export interface WorkerSettings {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly runRetryDelay: number;
  readonly drainDelay: number;
}

/** A server that BullMQ keeps its queues on. */
export interface QueueBackend {
  /** Resolves when the server answers and is ready for BullMQ; throws otherwise, and may be asked again. */
  prepare(): Promise<void>;
  queue(name: string): AnyQueue;
  /** @param workers how many there will be with this one */
  worker(name: string, process: Processor, settings: WorkerSettings, workers: number): AnyWorker;
  close(): Promise<void>;
}

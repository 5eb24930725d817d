import { join } from 'node:path';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';
import { monotonicMs, quantile, type LoadPlan } from './load/load.js';
import { runLoad } from './load/run-load.js';
import { Backlog, growth } from './product/backlog.js';
import { BenchProduct } from './product/bench-product.js';
import { ProofProbe } from './product/proof-probe.js';
import { UsageMeter } from './product/usage-meter.js';
import { notifications, observationPath } from './records/notifications.js';

const CONNECTIONS = 64;
const WARM_UP = 4_000;
const SPRINT = 20_000;
const BASELINE = 1_500;
/** The aim for steady load, and how long it is held. */
const RATE_PER_SECOND = 1_500;
const STEADY = 20 * RATE_PER_SECOND;
/**
 * One in so many acknowledgements of the steady load is followed up to its proof: 400. To ask for each costs all of us
 * 5 ms of processor time, so that following one in 25 would take a third of a processor away.
 */
const PROBED = 75;
/** Numbers of notifications: different ones in each part. */
const FIRST_STEADY = 1_000_000;

/**
 * API, worker and embedded PostgreSQL together. `value`: notifications a second from the first request to the last one
 * sequenced, sent as fast as they are acknowledged over 64 connections. `p50Ms`, `p99Ms`: from acknowledgement to the
 * inclusion proof in a partner's hands, at a steady 1,500 a second; meanwhile the backlog is watched. Baseline:
 * baseline/pipeline-baseline.main.ts, which takes every notification through on its own.
 */
export async function pipeline({ quick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const scale = quick ? 0.01 : 1;
  progress('pipeline: every notification on its own');
  const baseline = await BenchProduct.with(async (product) => {
    const port = await product.startService('pipeline', '../test/bench/baseline/pipeline-baseline.main.js');
    return sprint(product, port, 0, BASELINE * scale);
  });
  return BenchProduct.with(async (product) => {
    await product.startWorker();
    const port = await product.startApi();
    await sprint(product, port, 0, WARM_UP * scale);
    progress('pipeline: as fast as it is acknowledged');
    const meter = await UsageMeter.start(product);
    const value = await sprint(product, port, WARM_UP * scale, SPRINT * scale);
    const usage = await meter.read();
    progress(`pipeline: steadily, ${RATE_PER_SECOND} a second`);
    const steady = await holdSteady(product, port, STEADY * scale);
    return [
      {
        name: 'pipeline',
        unit: 'notifications/s',
        value: rounded(value),
        baseline: rounded(baseline),
        ratio: rounded(value / baseline, 2),
        ...steady,
        ...usage.columns(SPRINT * scale),
      },
    ];
  });
}

/** Notifications a second from the first request to the last one sequenced. */
async function sprint(product: BenchProduct, port: number, from: number, count: number): Promise<number> {
  const backlog = new Backlog(product.database);
  const size = await backlog.logSize();
  let startedAt = 0;
  const started = (): void => void (startedAt = monotonicMs());
  await runLoad(planOf(product, port), notifications(from, count), { started });
  const endedAt = await backlog.untilLogHas(size + count);
  return (1000 * count) / (endedAt - startedAt);
}

/** Columns about a steady load. */
interface Steady {
  /** From acknowledgement to inclusion proof. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly proofs: number;
  readonly steadyPerSecond: number;
  readonly backlogMax: number;
  /** Notifications a second by which the backlog grew over the whole time; about 0 where it does not grow. */
  readonly backlogGrowthPerSecond: number;
}

async function holdSteady(product: BenchProduct, port: number, count: number): Promise<Steady> {
  const backlog = new Backlog(product.database);
  const probe = new ProofProbe(`http://127.0.0.1:${port}`);
  const size = await backlog.logSize();
  const plan = { ...planOf(product, port), ratePerSecond: RATE_PER_SECOND, reportEvery: PROBED };
  const load = runLoad(plan, notifications(FIRST_STEADY, count), {
    answered: ({ request, at }) => probe.await(observationPath(FIRST_STEADY + request), at),
  });
  const [{ answered, seconds }, samples] = await Promise.all([load, backlog.watch(load), probe.run(load)]);
  await backlog.untilLogHas(size + count);
  probe.check(product.trust);
  return {
    p50Ms: rounded(quantile(probe.latencies, 0.5)),
    p99Ms: rounded(quantile(probe.latencies, 0.99)),
    proofs: probe.latencies.length,
    steadyPerSecond: rounded(answered / seconds),
    backlogMax: Math.max(...samples.map(({ waiting }) => waiting)),
    backlogGrowthPerSecond: rounded(growth(samples), 1),
  };
}

function planOf(product: BenchProduct, port: number): LoadPlan {
  return { port, file: join(product.folder, 'requests'), connections: CONNECTIONS };
}

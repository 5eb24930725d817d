import { join } from 'node:path';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';
import type { LoadResult } from './load/load.js';
import { runLoad } from './load/run-load.js';
import { BenchProduct } from './product/bench-product.js';
import { UsageMeter, type Usage } from './product/usage-meter.js';
import { notifications } from './records/notifications.js';

const CONNECTIONS = 64;
/** Requests before the clock starts: compilers and caches settle. */
const WARM_UP = 4_000;
const REQUESTS = 40_000;
const BASELINE_REQUESTS = 15_000;

/**
 * Durable acknowledgements a second of the API process on embedded PostgreSQL, at 64 connections that each send the
 * next signed notification of 1 KB when the last one is acknowledged. No worker runs, so that it is intake that is
 * measured; `pipeline` measures them together. Baseline: baseline/intake-baseline.main.ts in the same database.
 */
export async function intake({ quick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const scale = quick ? 0.01 : 1;
  return BenchProduct.with(async (product) => {
    progress('intake: one INSERT and commit for each request');
    const baseline = await measure(product, '../test/bench/baseline/intake-baseline.main.js', {
      from: 0,
      count: BASELINE_REQUESTS * scale,
      warmUp: WARM_UP * scale,
    });
    progress('intake: Attestry');
    const attestry = await measure(product, 'api/main.js', {
      from: 1_000_000,
      count: REQUESTS * scale,
      warmUp: WARM_UP * scale,
    });
    const { load, usage } = attestry;
    const value = load.answered / load.seconds;
    const of = baseline.load.answered / baseline.load.seconds;
    return [
      {
        name: 'intake',
        unit: 'acknowledgements/s',
        value: rounded(value),
        baseline: rounded(of),
        ratio: rounded(value / of, 2),
        p50Ms: rounded(load.p50Ms, 1),
        p99Ms: rounded(load.p99Ms, 1),
        baselineP99Ms: rounded(baseline.load.p99Ms, 1),
        ...usage.columns(load.answered),
        connections: CONNECTIONS,
        bodyBytes: 1024,
      },
    ];
  });
}

interface Measured {
  readonly load: LoadResult;
  readonly usage: Usage;
}

async function measure(
  product: BenchProduct,
  entry: string,
  { from, count, warmUp }: { from: number; count: number; warmUp: number },
): Promise<Measured> {
  const port = await product.startService('intake', entry);
  const plan = { port, file: join(product.folder, 'requests'), connections: CONNECTIONS };
  await runLoad(plan, notifications(from, warmUp));
  const requests = notifications(from + warmUp, count);
  const meter = await UsageMeter.start(product);
  const load = await runLoad(plan, requests);
  const usage = await meter.read();
  await product.stopService('intake');
  return { load, usage };
}

import { join } from 'node:path';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';
import type { LoadResult } from './load/load.js';
import { runLoad } from './load/run-load.js';
import { BenchProduct } from './product/bench-product.js';
import { UsageMeter, type Usage } from './product/usage-meter.js';
import { loadRecords } from './records/record-loader.js';
import { questions } from './records/questions.js';

/** A tenth of them has a second version: 100,000 record versions. */
const RESOURCES = 90_909;
const CONNECTIONS = 16;
const WARM_UP = 3_000;
const QUESTIONS = 20_000;
const BASELINE_QUESTIONS = 6_000;

/**
 * Verifications a second of the API process against 100,000 record versions in the log, over connections that each ask
 * the next question when the last one is answered: 70 % genuine copies, 15 % copies by way of another server, 10 % with
 * one element changed, 5 % unknown. Every verdict is checked. Baseline: baseline/verify-baseline.main.ts on the same
 * database.
 */
export async function verify({ quick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const scale = quick ? 0.01 : 1;
  return BenchProduct.with(async (product) => {
    const resources = Math.ceil(RESOURCES * scale);
    progress(`verify: loading record versions of ${resources} resources`);
    const loaded = await loadRecords(product, resources);
    const ask = (entry: string, count: number): Promise<Measured> =>
      measure(product, entry, { resources, count: count * scale, warmUp: WARM_UP * scale });
    progress('verify: every question on its own');
    const { load: baseline } = await ask(
      '../test/bench/baseline/verify-baseline.main.js',
      BASELINE_QUESTIONS,
    );
    progress('verify: Attestry');
    const { load, usage } = await ask('api/main.js', QUESTIONS);
    return [
      {
        name: 'verify',
        unit: 'verifications/s',
        value: rounded(rate(load)),
        baseline: rounded(rate(baseline)),
        ratio: rounded(rate(load) / rate(baseline), 2),
        p50Ms: rounded(load.p50Ms, 1),
        p99Ms: rounded(load.p99Ms, 1),
        baselineP99Ms: rounded(baseline.p99Ms, 1),
        ...usage.columns(load.answered),
        connections: CONNECTIONS,
        records: loaded,
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
  { resources, count, warmUp }: { resources: number; count: number; warmUp: number },
): Promise<Measured> {
  const port = await product.startService('verify', entry);
  const plan = { port, file: join(product.folder, 'requests'), connections: CONNECTIONS };
  await runLoad(plan, questions(warmUp, resources, 1));
  const asked = questions(count, resources, 2);
  const meter = await UsageMeter.start(product);
  const load = await runLoad(plan, asked);
  const usage = await meter.read();
  await product.stopService('verify');
  return { load, usage };
}

function rate({ answered, seconds }: LoadResult): number {
  return answered / seconds;
}

import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';
import { monotonicMs } from './load/load.js';
import { Backlog } from './product/backlog.js';
import { BenchProduct } from './product/bench-product.js';
import { runImport } from './product/run-import.js';
import { UsageMeter } from './product/usage-meter.js';
import { observation } from './records/observation.js';
import { SOURCE } from './records/source.js';

const WARM_UP = 4_000;
const COUNT = 100_000;
const BASELINE = 1_500;
const LINES_A_WRITE = 1_000;

/**
 * `attestry import` as a process, API, worker and embedded PostgreSQL: resources a second from the command's start to
 * the last one sequenced, from a file of 1 KB resources. Baseline: baseline/backfill-baseline.main.ts, which takes
 * every line through on its own.
 */
export async function backfill({ quick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const scale = quick ? 0.01 : 1;
  progress('backfill: every line on its own');
  const baseline = await BenchProduct.with((product) => oneByOne(product, BASELINE * scale));
  return BenchProduct.with(async (product) => {
    await product.startWorker();
    const api = `http://127.0.0.1:${await product.startApi()}`;
    await importing(product, api, 0, WARM_UP * scale);
    progress(`backfill: ${COUNT * scale} resources`);
    const meter = await UsageMeter.start(product);
    const { perSecond, commandMaxRssMb } = await importing(product, api, WARM_UP * scale, COUNT * scale);
    const usage = (await meter.read()).columns(COUNT * scale);
    return [
      {
        name: 'backfill',
        unit: 'resources/s',
        value: rounded(perSecond),
        baseline: rounded(baseline),
        ratio: rounded(perSecond / baseline, 2),
        ...usage,
        ...(commandMaxRssMb !== undefined && { commandMaxRssMb }),
      },
    ];
  });
}

async function oneByOne(product: BenchProduct, count: number): Promise<number> {
  const file = await writeLines(product, 0, count);
  const backlog = new Backlog(product.database);
  await product.startService('backfill', '../test/bench/baseline/backfill-baseline.main.js', {
    BENCH_FILE: file,
  });
  const startedAt = monotonicMs();
  return (1000 * count) / ((await backlog.untilLogHas(count)) - startedAt);
}

async function importing(product: BenchProduct, api: string, from: number, count: number) {
  const file = await writeLines(product, from, count);
  const backlog = new Backlog(product.database);
  const size = await backlog.logSize();
  const startedAt = monotonicMs();
  const [endedAt, { peakRssMb }] = await Promise.all([
    backlog.untilLogHas(size + count),
    runImport(file, SOURCE.name, api),
  ]);
  return {
    perSecond: (1000 * count) / (endedAt - startedAt),
    commandMaxRssMb: peakRssMb === undefined ? undefined : rounded(peakRssMb),
  };
}

/** NDJSON of so many resources that no other numbers give. */
async function writeLines({ folder }: BenchProduct, from: number, count: number): Promise<string> {
  const file = join(folder, `${from}.ndjson`);
  const stream = createWriteStream(file);
  for (let at = 0; at < count; at += LINES_A_WRITE) {
    const some = Array.from({ length: Math.min(LINES_A_WRITE, count - at) }, (_, more) => from + at + more);
    const text = some.map((number) => `${JSON.stringify(observation(number))}\n`).join('');
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return file;
}

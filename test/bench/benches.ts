import type { Bench } from './bench-row.js';
import { canonical } from './canonical.bench.js';
import { evm } from './evm.bench.js';
import { intakeBench } from './intake.bench.js';
import { pipelineBench } from './pipeline.bench.js';
import { verifyBench } from './verify.bench.js';

/** Every bench by the name that it is asked for. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  canonical,
  evm,
  intake: intakeBench,
  pipeline: pipelineBench,
  verify: verifyBench,
};

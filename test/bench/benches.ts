import type { Bench } from './bench-row.js';
import { intakeBench } from './intake.bench.js';
import { pipelineBench } from './pipeline.bench.js';

/** Every bench by the name that it is asked for. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  intake: intakeBench,
  pipeline: pipelineBench,
};

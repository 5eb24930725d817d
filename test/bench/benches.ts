import { backfill } from './backfill.bench.js';
import type { Bench } from './bench-row.js';
import { canonical } from './canonical.bench.js';
import { evm } from './evm.bench.js';
import { intake } from './intake.bench.js';
import { pipeline } from './pipeline.bench.js';
import { verify } from './verify.bench.js';

/** Every bench by the name that it is asked for. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  canonical,
  intake,
  pipeline,
  backfill,
  verify,
  evm,
};

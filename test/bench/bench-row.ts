/** One measured figure beside its baseline from the same run; further columns as a bench sees fit. */
export interface BenchRow {
  readonly name: string;
  /** What `value` and `baseline` count: `acknowledgements/s`, `gas`. */
  readonly unit: string;
  readonly value: number;
  readonly baseline: number;
  /** `value` divided by `baseline`. */
  readonly ratio: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Highest resident set of any process of ours, in MB (10^6 bytes). */
  readonly maxRssMb?: number;
  readonly [more: string]: string | number | undefined;
}

/** How a bench is to run. */
export interface BenchOptions {
  /** Just enough to show that it runs; its figures mean nothing. */
  readonly quick: boolean;
  /** Told what happens meanwhile. */
  readonly progress: (message: string) => void;
}

export type Bench = (options: BenchOptions) => Promise<readonly BenchRow[]> | readonly BenchRow[];

/** Rounds to so many digits after the point: a figure shows no more than was measured. */
export function rounded(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}

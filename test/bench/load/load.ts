/** What the load generator is to do. */
export interface LoadPlan {
  readonly port: number;
  /** Rendered requests, each sent once, in order: see request-file.ts. */
  readonly file: string;
  readonly connections: number;
  /** Requests to begin in a second, evenly spaced; as fast as the answers come where it is undefined. */
  readonly ratePerSecond?: number;
  /** Reports every so manieth answer as it comes. */
  readonly reportEvery?: number;
}

/** What came of it. */
export interface LoadResult {
  readonly answered: number;
  /** Other than status 200, or without the text that was expected. */
  readonly wrong: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /**
   * From the moment when a request was due to its answer. Where the rate is given that is the moment of the schedule,
   * so that a server that stalls is not spared the requests that could not be sent meanwhile.
   */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** An answer that was reported as it came. */
export interface ReportedAnswer {
  /** The request's place in the file, from 0. */
  readonly request: number;
  /** {@link monotonicMs} */
  readonly at: number;
}

export type LoadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly answer: ReportedAnswer }
  | { readonly kind: 'done'; readonly result: LoadResult };

/** Milliseconds of a clock that all processes of a machine share and nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The smallest value that at least the given part of all values does not exceed; sorts them. */
export function quantile(values: number[] | Float64Array, part: number): number {
  values.sort((a, b) => a - b);
  return values[Math.max(0, Math.ceil(part * values.length) - 1)] ?? Number.NaN;
}

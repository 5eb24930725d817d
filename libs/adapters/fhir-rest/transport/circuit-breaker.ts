import { resting } from '../fhir-rest.errors.js';

export interface BreakerOptions {
  /** Failures in a row after which nothing is asked any more. */
  readonly failures: number;
  /** The first pause, doubling with each probe that fails, up to the longest; in milliseconds. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** Failing often, and asking to be left alone, open it; after the pause one request probes, and its success closes it. */
export class CircuitBreaker {
  private failures = 0;
  private pauses = 0;
  private openUntil: number | undefined;
  private probing = false;

  /** @param onChange told of each opening and closing */
  constructor(
    private readonly options: BreakerOptions,
    private readonly onChange: (open: boolean) => void,
  ) {}

  /** Throws PortError SOURCE.UNAVAILABLE (slow-down) while the source is left alone. */
  enter(): void {
    if (this.openUntil === undefined) return;
    const leftMs = this.openUntil - Date.now();
    if (leftMs > 0 || this.probing) throw resting(Math.max(leftMs, this.options.firstPauseMs));
    this.probing = true;
  }

  /** The source answered, whatever it said. */
  answered(): void {
    const wasOpen = this.openUntil !== undefined;
    this.failures = 0;
    this.pauses = 0;
    this.openUntil = undefined;
    this.probing = false;
    if (wasOpen) this.onChange(false);
  }

  /** It did not, or it could not. @param askedMs how long it asked to be left alone */
  failed(askedMs: number | undefined): void {
    this.failures += 1;
    const wasProbe = this.probing;
    this.probing = false;
    // Requests that were under way when it opened make no pause longer.
    if (askedMs !== undefined) this.open(askedMs);
    else if (wasProbe || (this.openUntil === undefined && this.failures >= this.options.failures))
      this.open(Math.min(this.options.firstPauseMs * 2 ** this.pauses++, this.options.longestPauseMs));
  }

  private open(pauseMs: number): void {
    const wasOpen = this.openUntil !== undefined;
    this.openUntil = Math.max(this.openUntil ?? 0, Date.now() + pauseMs);
    if (!wasOpen) this.onChange(true);
  }
}

import { SingleBar } from 'cli-progress';

/** Shows how far long work has come; never on standard output. */
export interface Progress {
  begin(total: number, unit: string): void;
  /** One more is done. */
  step(): void;
  end(): void;
}

const LINE_EVERY_MS = 5_000;

/** A bar in a terminal, else a line every five seconds, so that short work says nothing. */
export function shownProgress(): Progress {
  return process.stderr.isTTY ? new BarProgress() : new LineProgress();
}

/** For those who read standard error by program. */
export const NO_PROGRESS: Progress = { begin: () => undefined, step: () => undefined, end: () => undefined };

class BarProgress implements Progress {
  private bar: SingleBar | undefined;

  begin(total: number, unit: string): void {
    const format = `{bar} {percentage}%  {value} of {total} ${unit}  {duration_formatted}, {eta_formatted} left`;
    this.bar = new SingleBar({ format, barCompleteChar: '#', barIncompleteChar: '.', clearOnComplete: true });
    this.bar.start(total, 0);
  }

  step(): void {
    this.bar?.increment();
  }

  end(): void {
    this.bar?.stop();
  }
}

class LineProgress implements Progress {
  private total = 0;
  private done = 0;
  private unit = '';
  private lastLine = 0;

  begin(total: number, unit: string): void {
    Object.assign(this, { total, unit, done: 0, lastLine: Date.now() });
  }

  step(): void {
    this.done += 1;
    if (Date.now() - this.lastLine < LINE_EVERY_MS) return;
    this.lastLine = Date.now();
    process.stderr.write(`${this.done} of ${this.total} ${this.unit}\n`);
  }

  end(): void {
    this.done = 0;
  }
}

import type { SingleBar } from 'cli-progress';
import { printable } from '../frame/printable.js';
import { settledOf, type ShownImport } from './import-api.js';
import type { ImportFile } from './import-input.js';
import { duration, grouped } from './summary.js';

/** Told how an import comes along. */
export interface Progress {
  begin(shown: ShownImport): void;
  sent(shown: ShownImport): void;
  /** Everything is sent, and not all of it is in the log. */
  settling(shown: ShownImport): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;
const BAR = '{name} {bar} {percentage} %  {lines} lines  {rate}/s  {left}';

/** A bar in a terminal, a line every few seconds elsewhere; nothing where JSON was asked for. On standard error. */
export async function progressOf(file: ImportFile, quiet: boolean): Promise<Progress> {
  if (quiet) return silent;
  if (!process.stderr.isTTY) return new ProgressLines(new Pace(file), printable(file.name));
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({ format: BAR, stream: process.stderr, hideCursor: true, clearOnComplete: true });
  return new ProgressBar(new Pace(file), printable(file.name), bar);
}

const nothing = (): void => undefined;
const silent: Progress = { begin: nothing, sent: nothing, settling: nothing, stop: nothing };

/** How fast an import is, and when it will have been sent. */
class Pace {
  private startedAt = 0;
  private settledBefore = 0;
  private shareBefore = 0;

  constructor(private readonly file: ImportFile) {}

  begin(shown: ShownImport): void {
    this.startedAt = performance.now();
    this.settledBefore = settledOf(shown);
    const { size, compressed } = this.file;
    this.shareBefore = size && !compressed ? shown.position / size : 0;
  }

  /** Of the file that was read: from 0 to 1; undefined where its size is not known. */
  share(): number | undefined {
    const { size, read } = this.file;
    return size === undefined ? undefined : size === 0 ? 1 : Math.min(1, read() / size);
  }

  perSecond(shown: ShownImport): number {
    return Math.round((settledOf(shown) - this.settledBefore) / (this.seconds() || 1));
  }

  left(): string {
    const done = (this.share() ?? 0) - this.shareBefore;
    if (done <= 0) return '';
    return `${duration((this.seconds() * (1 - this.share()!)) / done)} left`;
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1_000;
  }
}

class ProgressBar implements Progress {
  constructor(
    private readonly pace: Pace,
    private readonly name: string,
    private readonly bar: SingleBar,
  ) {}

  begin(shown: ShownImport): void {
    this.pace.begin(shown);
    this.bar.start(100, 0, { name: this.name, lines: grouped(shown.lines), rate: 0, left: '' });
  }

  sent(shown: ShownImport): void {
    this.show(shown, this.pace.left());
  }

  settling(shown: ShownImport): void {
    this.show(shown, 'sent; workers are busy');
  }

  stop(): void {
    this.bar.stop();
  }

  private show(shown: ShownImport, left: string): void {
    const rate = grouped(this.pace.perSecond(shown));
    this.bar.update(Math.floor(100 * (this.pace.share() ?? 0)), { lines: grouped(shown.lines), rate, left });
  }
}

class ProgressLines implements Progress {
  private nextAt = performance.now() + LINE_EVERY_MS;

  constructor(
    private readonly pace: Pace,
    private readonly name: string,
  ) {}

  begin(shown: ShownImport): void {
    this.pace.begin(shown);
    if (shown.position > 0) this.say(`goes on after ${grouped(shown.lines)} lines`);
  }

  sent(shown: ShownImport): void {
    const share = this.pace.share();
    const percent = share === undefined ? '' : `${Math.floor(100 * share)} %, `;
    this.sometimes(() => `${percent}${this.figures(shown)} ${this.pace.left()}`);
  }

  settling(shown: ShownImport): void {
    this.sometimes(() => `sent; ${this.figures(shown)} workers are busy`);
  }

  stop(): void {
    // Lines need no end.
  }

  private figures(shown: ShownImport): string {
    return `${grouped(shown.lines)} lines, ${grouped(this.pace.perSecond(shown))}/s,`;
  }

  private sometimes(text: () => string): void {
    if (performance.now() < this.nextAt) return;
    this.nextAt = performance.now() + LINE_EVERY_MS;
    this.say(text());
  }

  private say(text: string): void {
    process.stderr.write(`${this.name}: ${text}\n`);
  }
}

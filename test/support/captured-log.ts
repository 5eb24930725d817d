import type { DestinationStream } from 'pino';

/** Takes what a process would write on standard output. */
export class CapturedLog implements DestinationStream {
  private readonly written: string[] = [];

  write(line: string): void {
    this.written.push(line);
  }

  get lines(): readonly Record<string, unknown>[] {
    return this.written.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get text(): string {
    return this.written.join('');
  }
}

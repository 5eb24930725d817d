import { HttpConnection } from './http-connection.js';
import { monotonicMs, quantile, type LoadPlan, type LoadResult, type ReportedAnswer } from './load.js';
import type { RenderedRequest } from './request-file.js';

/** How often requests that have become due are sent, where a rate is given. */
const TICK_MS = 2;

/** Sends every request once over a number of connections, and measures. */
export class LoadGenerator {
  private readonly idle: number[] = [];
  private readonly connections: HttpConnection[] = [];
  /** Which request a connection has under way, and when each was due. */
  private readonly underWay: Int32Array;
  private readonly due: Float64Array;
  private readonly latencies: Float64Array;
  private sent = 0;
  private answered = 0;
  private wrong = 0;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private finish: (result: LoadResult) => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(
    private readonly plan: LoadPlan,
    private readonly requests: readonly RenderedRequest[],
    private readonly report: (answer: ReportedAnswer) => void,
  ) {
    this.underWay = new Int32Array(plan.connections);
    this.due = new Float64Array(requests.length);
    this.latencies = new Float64Array(requests.length);
  }

  /** Rejects when a connection fails. */
  run(): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
      this.startedAt = monotonicMs();
      for (let at = 0; at < this.plan.connections; at++) {
        const answered = (right: boolean): void => this.take(at, right);
        this.connections.push(new HttpConnection(this.plan.port, answered, (error) => this.fail(error)));
        this.idle.push(at);
      }
      this.sendDue();
      if (this.plan.ratePerSecond !== undefined) this.timer = setInterval(() => this.sendDue(), TICK_MS);
    });
  }

  private sendDue(): void {
    const { ratePerSecond } = this.plan;
    const now = monotonicMs();
    while (this.idle.length > 0 && this.sent < this.requests.length) {
      const due = ratePerSecond === undefined ? now : this.startedAt + (1000 * this.sent) / ratePerSecond;
      if (due > now) return;
      const connection = this.idle.pop()!;
      this.underWay[connection] = this.sent;
      this.due[this.sent] = due;
      this.connections[connection]!.send(this.requests[this.sent]!);
      this.sent += 1;
    }
  }

  private take(connection: number, right: boolean): void {
    const at = monotonicMs();
    const request = this.underWay[connection]!;
    this.latencies[this.answered] = at - this.due[request]!;
    this.answered += 1;
    if (!right) this.wrong += 1;
    const { reportEvery } = this.plan;
    if (reportEvery !== undefined && request % reportEvery === 0) this.report({ request, at });
    this.idle.push(connection);
    if (this.answered === this.requests.length) this.end(at);
    else this.sendDue();
  }

  private end(at: number): void {
    clearInterval(this.timer);
    for (const connection of this.connections) connection.close();
    this.finish({
      answered: this.answered,
      wrong: this.wrong,
      seconds: (at - this.startedAt) / 1000,
      p50Ms: quantile(this.latencies, 0.5),
      p99Ms: quantile(this.latencies, 0.99),
    });
  }
}

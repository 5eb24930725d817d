import type { ClientKeys, Source } from '#ports';
import { credentialsFor } from '../access/credentials-for.js';
import { SourceLine } from './source-line.js';
import type { TransportPolicy } from './transport-policy.js';

export interface SourceTransportOptions extends Partial<
  Pick<TransportPolicy, 'retries' | 'breaker' | 'onOutcome' | 'onBreaker'>
> {
  /** By which SMART Backend Services know us; without them such sources are refused. */
  readonly keys?: ClientKeys;
}

const DEFAULTS = {
  retries: { most: 3, backoffMs: 200, longestMs: 2_000 },
  breaker: { failures: 8, firstPauseMs: 1_000, longestPauseMs: 60_000 },
  onOutcome: (): void => undefined,
  onBreaker: (): void => undefined,
};

/** The one way to every source, within a process: limits, retries and tokens are the source's, whoever asks it. */
export class SourceTransport {
  private readonly policy: TransportPolicy;
  private readonly lines = new Map<number, { readonly declared: string; readonly line: SourceLine }>();

  constructor({ keys, ...options }: SourceTransportOptions = {}) {
    this.policy = {
      ...DEFAULTS,
      ...options,
      credentials: (source, urls, exchange) => credentialsFor(source, urls, exchange, keys),
    };
  }

  /** Throws PortError SOURCE.REFUSED for a declaration that cannot be followed. */
  line(source: Source): SourceLine {
    const { id, name, base, access, settings } = source;
    const declared = JSON.stringify([name, base, access, settings]);
    const known = this.lines.get(id);
    if (known?.declared === declared) return known.line;
    const line = new SourceLine(source, this.policy);
    this.lines.set(id, { declared, line });
    void known?.line.close();
    return line;
  }

  /** Lets requests under way end. */
  async close(): Promise<void> {
    const lines = [...this.lines.values()];
    this.lines.clear();
    await Promise.all(lines.map(({ line }) => line.close()));
  }
}

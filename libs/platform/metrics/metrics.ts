import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Marks a label whose values something else bounds, such as route templates. Never an identifier. */
export const OPEN: OpenLabel = Object.freeze({ open: true });

interface OpenLabel {
  readonly open: true;
}

/** The labels of a metric, each with every value it may take; anything else is counted as `other`. */
type LabelSpec = Readonly<Record<string, readonly string[] | OpenLabel>>;

type Labels<S extends LabelSpec> = {
  readonly [K in keyof S]: S[K] extends readonly (infer V)[] ? V : string | number;
};

interface CounterMetric<S extends LabelSpec> {
  add(labels: Labels<S>, by?: number): void;
}

interface HistogramMetric<S extends LabelSpec> {
  /** @param value in the unit that the metric's name ends with, seconds or bytes */
  observe(labels: Labels<S>, value: number): void;
}

interface GaugeMetric<S extends LabelSpec> {
  set(labels: Labels<S>, value: number): void;
}

/**
 * Makes metrics; `GET /metrics` shows them all. Names get the prefix `attestry_` and end with their unit (`_seconds`,
 * `_bytes`, `_total`). Labels are bounded, so that no identifier can become a time series. Throws on a name in use.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly refreshes: (() => Promise<void>)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<const S extends LabelSpec>(name: string, help: string, spec: S): CounterMetric<S> {
    const metric = new Counter(this.options(name, help, spec));
    return { add: (labels, by = 1) => metric.inc(bounded(spec, labels), by) };
  }

  histogram<const S extends LabelSpec>(
    name: string,
    help: string,
    spec: S,
    buckets: readonly number[],
  ): HistogramMetric<S> {
    const metric = new Histogram({ ...this.options(name, help, spec), buckets: [...buckets] });
    return { observe: (labels, value) => metric.observe(bounded(spec, labels), value) };
  }

  gauge<const S extends LabelSpec>(name: string, help: string, spec: S): GaugeMetric<S> {
    const metric = new Gauge(this.options(name, help, spec));
    return { set: (labels, value) => metric.set(bounded(spec, labels), value) };
  }

  /** Sets gauges right before each reading. While `refresh` fails they keep their values. */
  beforeReading(refresh: () => Promise<void>): void {
    this.refreshes.push(refresh);
  }

  /** Every metric in the Prometheus text format, and the media type of it. */
  async read(): Promise<{ readonly type: string; readonly text: string }> {
    await Promise.allSettled(this.refreshes.map((refresh) => refresh()));
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }

  private options(name: string, help: string, spec: LabelSpec): MetricOptions {
    return { name: `attestry_${name}`, help, labelNames: Object.keys(spec), registers: [this.registry] };
  }
}

interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  registers: Registry[];
}

function bounded<S extends LabelSpec>(spec: S, labels: Labels<S>): Record<string, string | number> {
  const result: Record<string, string | number> = {};
  for (const name in spec) {
    const allowed: LabelSpec[string] = spec[name]!;
    const value = labels[name] as string | number;
    result[name] = 'open' in allowed || allowed.includes(String(value)) ? value : 'other';
  }
  return result;
}

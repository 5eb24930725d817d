import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';
import type { LogHead } from '#ports';

@Injectable()
export class SequencingMetrics {
  private readonly checkpoints;
  private readonly size;

  constructor(metrics: Metrics) {
    this.checkpoints = metrics.counter('checkpoints_total', 'Checkpoints that this process published.', {});
    this.size = metrics.gauge('log_size_entries', 'Entries under the newest checkpoint of this process.', {});
  }

  sequenced({ size }: LogHead): void {
    this.checkpoints.add({});
    this.size.set({}, size);
  }
}

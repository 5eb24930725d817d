import { Injectable } from '@nestjs/common';
import { counter, gauge } from '#platform';
import type { LogHead } from '#ports';

@Injectable()
export class SequencingMetrics {
  private readonly checkpoints = counter('attestry_checkpoints_total', 'Checkpoints published by this process.');
  private readonly size = gauge('attestry_log_size', 'Entries under the newest checkpoint this process published.');

  sequenced({ size }: LogHead): void {
    this.checkpoints.inc();
    this.size.set(size);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, Paced, type ServerConfig } from '#platform';
import { JobQueue } from '#ports';
import { NormalisationMetrics } from './normalisation.metrics.js';

/**
 * Tells the sequencer that record versions wait: at once in idle times, and once in a checkpoint interval under load,
 * since a pass that runs then takes whatever waits. Nobody has to wait for that: the sweeper finds what no job names.
 */
@Injectable()
export class RecordAnnouncer {
  private readonly records: Paced<number>;

  constructor(queue: JobQueue, metrics: NormalisationMetrics, @Inject(CONFIG) { log }: ServerConfig) {
    this.records = new Paced(log.checkpointIntervalMs, (recordIds) => {
      const upTo = Math.max(...recordIds);
      return queue
        .add('sequence', 'sequence', [{ id: `sequence-${upTo}`, data: { upTo } }])
        .catch(() => metrics.unqueued.add({}));
    });
  }

  /** @param upTo highest id among record versions that were stored */
  announce(upTo: number): void {
    this.records.add([upTo]);
  }

  /** Everything announced is told, or left to the sweeper, when this resolves. */
  finish(): Promise<void> {
    return this.records.finish();
  }
}

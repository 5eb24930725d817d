import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { appendToTree, edgeTiles, formatCheckpoint, leafHash, signNote } from '#core';
import { CONFIG, type ServerConfig } from '#platform';
import {
  CheckpointSigner,
  Clock,
  JobQueue,
  Ledgers,
  LogStore,
  Witnesses,
  type ExtendLog,
  type LogHead,
} from '#ports';
import { SequencingMetrics } from './sequencing.metrics.js';

/** Gives pending commitments their indexes and publishes the checkpoint over them. */
@Injectable()
export class SequencingService {
  private readonly stopping = new AbortController();
  private readonly settings: ServerConfig['log'];

  constructor(
    private readonly log: LogStore,
    private readonly signer: CheckpointSigner,
    private readonly ledgers: Ledgers,
    private readonly witnesses: Witnesses,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    private readonly metrics: SequencingMetrics,
    @Inject(CONFIG) { log: settings }: ServerConfig,
  ) {
    this.settings = settings;
  }

  /**
   * Sequences until nothing waits. A pass that follows another closely waits for the checkpoint interval to pass, so
   * that work which arrives in idle times is published at once, and work under load about once an interval.
   */
  async sequence(): Promise<void> {
    while (!this.stopping.signal.aborted && (await this.log.facts()).pending > 0) {
      await this.pace();
      const head = await this.log.sequence(this.settings.batch, edgeTiles, this.extend);
      if (!head) return;
      // A crash here loses nothing: the checkpoint is published, and the sweepers of witnesses and ledgers find it.
      this.metrics.sequenced(head);
      await this.announce(head);
    }
  }

  /** The pass under way, if any, is the last one; it waits for nothing more. */
  stop(): void {
    this.stopping.abort();
  }

  private async pace(): Promise<void> {
    const head = await this.log.head();
    if (!head) return;
    const wait = head.signedAt.getTime() + this.settings.checkpointIntervalMs - this.clock.now().getTime();
    const paceMs = Math.min(wait, this.settings.checkpointIntervalMs);
    if (wait > 0) await sleep(paceMs, undefined, this.stopping).catch(() => undefined);
  }

  private readonly extend: ExtendLog = (head, pending, edge) => {
    const oldSize = head?.size ?? 0;
    const leaves = pending.map(({ commitment }) => leafHash(commitment));
    const { tiles, root } = appendToTree(oldSize, edge, leaves);
    const size = oldSize + pending.length;
    const checkpoint = formatCheckpoint({ origin: this.signer.note.name, size, root });
    const note = signNote(checkpoint, [this.signer.note]);
    return { entries: pending, tiles, head: { size, root, note, signedAt: this.clock.now() } };
  };

  private async announce({ size }: LogHead): Promise<void> {
    if (this.witnesses.all.length > 0)
      await this.queue.add('witness', 'witness', [{ id: 'newest', data: { size } }]);
    for (const { name } of this.ledgers.all)
      await this.queue.add(`anchor-${name}`, 'anchor', [
        { id: `anchor-${name}-${size}`, data: { ledger: name, size } },
      ]);
  }
}

import { Injectable } from '@nestjs/common';
import { consistencyFromTiles, equalBytes, tilesForConsistency } from '#core';
import {
  AnchorStore,
  CheckpointSigner,
  Clock,
  LogStore,
  PortError,
  readTiles,
  type Anchor,
  type Ledger,
  type LogHead,
} from '#ports';
import { moveOf, type AnchorMove } from './anchor-move.js';
import { AnchoringMetrics } from './anchoring.metrics.js';

/** Brings ledgers up to date with the log, each by itself. */
@Injectable()
export class AnchoringService {
  constructor(
    private readonly log: LogStore,
    private readonly anchors: AnchorStore,
    private readonly signer: CheckpointSigner,
    private readonly clock: Clock,
    private readonly metrics: AnchoringMetrics,
  ) {}

  /** Follows what was sent to a ledger, and anchors the newest checkpoint when its turn has come. */
  async bring(ledger: Ledger): Promise<void> {
    try {
      const inFlight = await this.follow(ledger);
      if (!inFlight) await this.anchorNewest(ledger);
    } catch (error) {
      if (error instanceof PortError) this.metrics.failed(ledger.name, error.code);
      throw error;
    }
  }

  /** Whether a ledger has an open anchor, or is behind the log. */
  async isBehind(ledger: Ledger): Promise<boolean> {
    const [head, progress] = await Promise.all([this.log.head(), this.anchors.progress()]);
    const reached = progress.find((entry) => entry.ledger === ledger.name)?.final ?? 0;
    return head !== undefined && head.size > reached;
  }

  /** Moves each open anchor to where its ledger says it stands; answers whether one is still on its way. */
  private async follow(ledger: Ledger): Promise<boolean> {
    let inFlight = false;
    for (const anchor of await this.anchors.open(ledger.name)) {
      const status = await ledger.status(anchor);
      // Sending again what was stored before it was first sent: the ledger takes it once.
      if (status.state === 'unknown') await ledger.submit(anchor);
      if (status.state === 'failed') this.metrics.failed(ledger.name, status.code);
      const move = moveOf(anchor, status);
      if (move) await this.move(anchor, move);
      inFlight ||= status.state === 'unknown' || status.state === 'submitted';
    }
    return inFlight;
  }

  private async move(anchor: Anchor, to: AnchorMove): Promise<void> {
    try {
      await this.anchors.move(anchor.id, to);
    } catch (error) {
      // Undone by its chain while a later one is under way: it is followed as it is, until it is found again.
      if (!(error instanceof PortError && error.code === 'ANCHOR.UNDER_WAY')) throw error;
    }
  }

  private async anchorNewest(ledger: Ledger): Promise<void> {
    const head = await this.log.head();
    if (!head || !(await this.isDue(ledger, head))) return;
    const origin = this.signer.note.name;
    const held = await ledger.latest(origin);
    if (held && held.size >= head.size) {
      this.checkAhead(held, head);
      return;
    }
    const proof = held ? await this.consistency(held.size, head.size) : [];
    const checkpoint = { origin, size: head.size, root: head.root };
    const prepared = await ledger.prepare(checkpoint, proof);
    const anchor = await this.anchors.prepare({ ledger: ledger.name, ...checkpoint, prepared });
    // A crash here sends nothing twice: the stored submission is the one that `follow` sends.
    if (!anchor) return;
    await ledger.submit(anchor);
    await this.anchors.move(anchor.id, { state: 'submitted' });
  }

  private async isDue(ledger: Ledger, head: LogHead): Promise<boolean> {
    const progress = (await this.anchors.progress()).find((entry) => entry.ledger === ledger.name);
    if (!progress) return true;
    if (head.size <= Math.max(progress.submitted, progress.included, progress.final)) return false;
    const since = this.clock.now().getTime() - (progress.newest?.getTime() ?? 0);
    return since >= ledger.intervalMs;
  }

  private async consistency(from: number, to: number): Promise<readonly Uint8Array[]> {
    return consistencyFromTiles(from, to, await readTiles(this.log, tilesForConsistency(from, to)));
  }

  /** A ledger that holds more than the log, or another root of the same size, tells of a rolled-back log. */
  private checkAhead(held: { size: number; root: Uint8Array }, head: LogHead): void {
    if (held.size === head.size && equalBytes(held.root, head.root)) return;
    throw new PortError(
      'ANCHOR.LEDGER_AHEAD',
      'the ledger holds a checkpoint that this log does not have',
      'stop',
    );
  }
}

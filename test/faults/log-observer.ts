import { setTimeout as pause } from 'node:timers/promises';
import { decodeEntries, entriesPath, openCheckpoint, parseVerifierKey, type Checkpoint } from '#core';

const PAUSE_MS = 100;
const BUNDLE = 256;

/** Somebody outside who keeps every checkpoint that the log has ever shown. */
export class LogObserver {
  /** By the text of their notes: two notes of one size would be two of them. */
  readonly seen = new Map<string, Checkpoint>();
  private stopped = false;
  private watching: Promise<void> | undefined;

  constructor(
    private readonly api: string,
    private readonly verifierKey: string,
  ) {}

  start(): void {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
  }

  /** Keeps the checkpoint of this moment, if the log answers. */
  async look(): Promise<void> {
    const note = await fetch(`${this.api}/log/checkpoint`).then(
      (response) => (response.ok ? response.text() : undefined),
      () => undefined,
    );
    if (note) this.seen.set(note, openCheckpoint(note, [parseVerifierKey(this.verifierKey)]));
  }

  /** Every entry of the log, fetched as anybody can. */
  async entries(size: number): Promise<Uint8Array[]> {
    const entries: Uint8Array[] = [];
    for (let n = 0; n * BUNDLE < size; n += 1) {
      const response = await fetch(`${this.api}/log/${entriesPath(n, Math.min(BUNDLE, size - n * BUNDLE))}`);
      entries.push(...decodeEntries(new Uint8Array(await response.arrayBuffer())));
    }
    return entries;
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      await this.look();
      await pause(PAUSE_MS);
    }
  }
}

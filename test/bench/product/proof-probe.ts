import { setTimeout as sleep } from 'node:timers/promises';
import { checkEvidence, parseEvidence, type Trust } from '#core';
import { monotonicMs } from '../load/load.js';

/** How often the checkpoint is read. */
const POLL_MS = 50;
const AT_ONCE = 8;
const GIVE_UP_MS = 30_000;

interface Awaited {
  /** Path of the resource below the API's records. */
  readonly record: string;
  readonly acknowledgedAt: number;
}

/**
 * A partner who waits for proofs: after each new checkpoint asks the API for the evidence of every record version that
 * is awaited. What is measured ends when the evidence has arrived; it is checked afterwards, offline.
 */
export class ProofProbe {
  private awaited: Awaited[] = [];
  private readonly evidence: string[] = [];
  /** From acknowledgement to evidence, in milliseconds. */
  readonly latencies: number[] = [];

  /** @param api URL of the API */
  constructor(private readonly api: string) {}

  await(record: string, acknowledgedAt: number): void {
    this.awaited.push({ record, acknowledgedAt });
  }

  /** Asks until `ended` has ended and nothing is awaited any more. Throws when a proof does not come. */
  async run(ended: Promise<unknown>): Promise<void> {
    const end = new AbortController();
    const stop = (): void => end.abort();
    ended.then(stop, stop);
    let size = 0;
    while (!end.signal.aborted || this.awaited.length > 0) {
      const newest = await this.checkpointSize();
      if (newest > size) await this.collect();
      size = newest;
      if (this.awaited.some(({ acknowledgedAt }) => monotonicMs() - acknowledgedAt > GIVE_UP_MS))
        throw new Error(`a proof did not come within ${GIVE_UP_MS / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  /** Checks all evidence that came. Throws when any does not hold. */
  check(trust: Trust): void {
    for (const text of this.evidence)
      if (!checkEvidence(parseEvidence(text), trust, {}).verified) throw new Error('evidence does not hold');
  }

  private async checkpointSize(): Promise<number> {
    const answer = await fetch(`${this.api}/log/checkpoint`);
    const [, size] = (await answer.text()).split('\n');
    return answer.ok ? Number(size) : 0;
  }

  private async collect(): Promise<void> {
    const asked = this.awaited;
    this.awaited = [];
    const queue = asked.values();
    const worker = async (): Promise<void> => {
      for (const awaited of queue) if (!(await this.proven(awaited))) this.awaited.push(awaited);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  private async proven({ record, acknowledgedAt }: Awaited): Promise<boolean> {
    const known = await fetch(`${this.api}/v1/records/${record}`);
    const { versions } = (await known.json()) as { versions?: { evidence: string | null }[] };
    const path = versions?.[0]?.evidence;
    if (typeof path !== 'string') return false;
    const answer = await fetch(this.api + path);
    const text = await answer.text();
    if (!answer.ok) return false;
    this.latencies.push(monotonicMs() - acknowledgedAt);
    this.evidence.push(text);
    return true;
  }
}

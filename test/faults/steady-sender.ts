import { setTimeout as pause } from 'node:timers/promises';
import { proofOf, WARD } from '../support/test-source.js';

const SENDERS = 8;
const RETRY_MS = 50;
/** Every so many records are sent a second time after they were acknowledged, as servers do that missed the answer. */
const REPEAT_EVERY = 7;

/** A FHIR server that changes records without end, and sends each until it is acknowledged. */
export class SteadySender {
  /** Ids of the records that were acknowledged. */
  readonly acknowledged: string[] = [];
  private next = 0;
  private stopped = false;
  private abandoned = false;
  private readonly senders: Promise<void>[] = [];

  constructor(private readonly api: string) {}

  start(): void {
    for (let at = 0; at < SENDERS; at += 1) this.senders.push(this.send());
  }

  /** Resolves when every record that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.senders);
  }

  /** Ends without waiting for anything: for a test that failed. */
  abandon(): void {
    this.stopped = true;
    this.abandoned = true;
  }

  private async send(): Promise<void> {
    while (!this.stopped) {
      const number = this.next++;
      const id = `record-${number}`;
      while (!(await this.deliver(id))) {
        if (this.abandoned) return;
        await pause(RETRY_MS);
      }
      this.acknowledged.push(id);
      if (number % REPEAT_EVERY === 0) await this.deliver(id);
    }
  }

  private async deliver(id: string): Promise<boolean> {
    const body = JSON.stringify({
      resourceType: 'Observation',
      id,
      meta: { versionId: '1' },
      status: 'final',
    });
    try {
      const response = await fetch(`${this.api}/intake/${WARD.name}`, {
        method: 'POST',
        headers: new Headers({ 'Content-Type': 'application/fhir+json', ...proofOf(WARD, body) }),
        body,
        signal: AbortSignal.timeout(5_000),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Not acknowledged: it may be stored all the same, and is sent again.
      return false;
    }
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { parseNote, signersOf } from '#core';
import { CONFIG, errorCode, type ServerConfig } from '#platform';
import { Clock, LogStore, PortError, Witnesses, type LogHead, type Witness } from '#ports';
import { WitnessQuestion } from './witness-question.js';
import { WitnessingMetrics, type Outcome } from './witnessing.metrics.js';

const FAILURES: Readonly<Record<string, Outcome>> = {
  'WITNESS.UNAVAILABLE': 'unavailable',
  'WITNESS.REFUSED': 'refused',
  'WITNESS.BAD_ANSWER': 'bad-answer',
};

/** Has the newest checkpoint cosigned by every witness at the same time. */
@Injectable()
export class CosignatureCollector {
  private readonly logger = new Logger('witnessing');
  private readonly stopping = new AbortController();
  /** Witnesses that are being asked. */
  private readonly asked = new Set<Witness>();
  /** The last outcome of each, so that only a change is a log line. */
  private readonly last = new Map<string, string>();
  private readonly deadlineMs: number;

  constructor(
    private readonly log: LogStore,
    private readonly witnesses: Witnesses,
    private readonly question: WitnessQuestion,
    private readonly clock: Clock,
    private readonly metrics: WitnessingMetrics,
    @Inject(CONFIG) { witnessing }: ServerConfig,
  ) {
    this.deadlineMs = witnessing.deadlineMs;
  }

  /** Whether a witness has not yet cosigned the newest checkpoint. */
  async isBehind(): Promise<boolean> {
    const head = await this.log.head();
    return head !== undefined && this.missing(head).length > 0;
  }

  /** Collects for the newest checkpoint, and goes on as long as there is a newer one. */
  async collect(): Promise<void> {
    let done = 0;
    for (;;) {
      const head = await this.log.head();
      if (!head || head.size <= done || this.stopping.signal.aborted) return;
      await this.collectFor(head);
      done = head.size;
    }
  }

  /** Gives up every question under way. */
  stop(): void {
    this.stopping.abort();
  }

  /**
   * Resolves when all have answered or failed. Once enough have cosigned it waits for nobody: a newer checkpoint may
   * be there, and whoever is slow is not asked for that before it has answered.
   */
  private async collectFor(head: LogHead): Promise<void> {
    await new Promise<void>((resolve) => {
      const asks = this.missing(head).map((witness) => this.ask(witness, head, resolve));
      void Promise.all(asks).then(() => resolve());
    });
  }

  private missing({ note }: LogHead): readonly Witness[] {
    const parsed = parseNote(note);
    return this.witnesses.all.filter(
      (witness) => !this.asked.has(witness) && signersOf(parsed, [witness.key]).length === 0,
    );
  }

  private async ask(witness: Witness, head: LogHead, onWitnessed: () => void): Promise<void> {
    const begun = performance.now();
    this.asked.add(witness);
    const outcome = await this.outcome(witness, head, onWitnessed);
    this.asked.delete(witness);
    this.metrics.asked(witness.name, outcome, (performance.now() - begun) / 1000);
  }

  private async outcome(witness: Witness, head: LogHead, onWitnessed: () => void): Promise<Outcome> {
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(this.deadlineMs)]);
      const reply = await this.question.ask(witness, head, signal);
      if (reply.outcome === 'cosigned') await this.store(witness, head, reply.lines, onWitnessed);
      this.tell(witness, reply.outcome === 'ahead' ? 'WITNESS.AHEAD' : '');
      return reply.outcome;
    } catch (error) {
      this.tell(witness, errorCode(error));
      return (error instanceof PortError ? FAILURES[error.code] : undefined) ?? 'failed';
    }
  }

  private async store(
    { name }: Witness,
    { size }: LogHead,
    lines: readonly string[],
    onWitnessed: () => void,
  ): Promise<void> {
    const cosigned = await this.log.cosign(size, lines, (note) => this.witnesses.isWitnessed(note));
    // A crash before this line loses a cosignature that the witness gives again: the sweeper sees that it is missing.
    this.metrics.cosigned(name, size, this.clock.now());
    if (cosigned && this.witnesses.isWitnessed(cosigned.note)) onWitnessed();
  }

  /** @param code empty when all is well */
  private tell({ name }: Witness, code: string): void {
    if (this.stopping.signal.aborted || (this.last.get(name) ?? '') === code) return;
    this.last.set(name, code);
    if (code === '') this.logger.log(`${name} cosigns again`);
    else this.logger.warn(`${name}: ${code}`);
  }
}

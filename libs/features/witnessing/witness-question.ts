import { Injectable } from '@nestjs/common';
import { consistencyFromTiles, tilesForConsistency } from '#core';
import { LogStore, PortError, readTiles, type LogHead, type Witness } from '#ports';

/** What a witness made of a checkpoint. */
export type Reply =
  | { readonly outcome: 'cosigned'; readonly lines: readonly string[] }
  /** It holds a greater checkpoint, which the log has too by now. */
  | { readonly outcome: 'outdated' }
  /** It holds a greater checkpoint than the log has: the log was rolled back. */
  | { readonly outcome: 'ahead' };

/** The first try may be from a size that the witness does not hold; others may ask it in between. */
const TRIES = 4;

/** Asks a witness to cosign a checkpoint, with a proof from the size that it holds. */
@Injectable()
export class WitnessQuestion {
  /** What each witness was last known to hold. */
  private readonly held = new Map<string, number>();

  constructor(private readonly log: LogStore) {}

  /** Throws PortError WITNESS.*. @param signal gives the question up */
  async ask(witness: Witness, head: LogHead, signal: AbortSignal): Promise<Reply> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const old = this.held.get(witness.name) ?? 0;
      if (old > head.size) return { outcome: await this.compare(old) };
      const proof = await this.proof(old, head.size);
      const answer = await witness.addCheckpoint({ old, proof, note: head.note }, signal);
      this.held.set(witness.name, answer.state === 'holds' ? answer.size : head.size);
      if (answer.state === 'cosigned') return { outcome: 'cosigned', lines: answer.lines };
    }
    throw new PortError('WITNESS.UNAVAILABLE', 'the witness holds another size each time', 'retry');
  }

  private async compare(held: number): Promise<'outdated' | 'ahead'> {
    const head = await this.log.head();
    return head && held <= head.size ? 'outdated' : 'ahead';
  }

  private async proof(from: number, to: number): Promise<readonly Uint8Array[]> {
    if (from === 0 || from === to) return [];
    return consistencyFromTiles(from, to, await readTiles(this.log, tilesForConsistency(from, to)));
  }
}

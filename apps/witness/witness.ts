import {
  addSignatures,
  CoreError,
  equalBytes,
  openCheckpoint,
  parseNote,
  signatureLine,
  type Checkpoint,
  type VerifierKey,
} from '#core';
import { readAddCheckpoint, type AddCheckpoint } from './add-checkpoint.js';
import { checkGrowth } from './check-growth.js';
import type { CosignedCheckpoints } from './cosigned-checkpoints.js';
import { WitnessRefusal } from './witness.errors.js';
import type { WitnessKey } from './witness-key.js';

/** Cosigns checkpoints of the logs it knows, each only when it extends the one cosigned before (C2SP tlog-witness). */
export class Witness {
  /** The last request under way for each log: one log's requests are answered one after the other. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** @param logs their keys; a key's name is the origin of its log, and a log may have several */
  constructor(
    private readonly key: WitnessKey,
    private readonly logs: readonly VerifierKey[],
    private readonly cosigned: CosignedCheckpoints,
    private readonly now: () => Date,
  ) {}

  /** Answers the cosignature line with its newline. Throws WitnessRefusal. */
  async addCheckpoint(body: Uint8Array): Promise<string> {
    const request = readAddCheckpoint(body);
    const { origin, size } = request.checkpoint;
    const signatures = this.signaturesOf(request);
    if (request.old > size) throw new WitnessRefusal(400, 'the old size is above that of the checkpoint');
    return this.inTurn(origin, () => this.cosign(request, signatures));
  }

  /** The newest cosigned checkpoint of the log whose origin has this SHA-256, in hexadecimal. */
  async checkpoint(originHash: string): Promise<string> {
    const note = await this.cosigned.read(originHash);
    if (note === undefined) throw new WitnessRefusal(404, 'this witness has cosigned no such log');
    return note;
  }

  /** The signature lines by which the log vouches for its checkpoint. */
  private signaturesOf({ note, checkpoint }: AddCheckpoint): readonly string[] {
    const keys = this.logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) throw new WitnessRefusal(404, 'this witness does not know the log');
    try {
      const { signedBy } = openCheckpoint(note, keys);
      return linesOf(note, signedBy);
    } catch (error) {
      if (error instanceof CoreError) throw new WitnessRefusal(403, error.message);
      throw error;
    }
  }

  private async cosign(request: AddCheckpoint, signatures: readonly string[]): Promise<string> {
    const { checkpoint, note } = request;
    const held = await this.cosigned.latest(checkpoint.origin);
    checkGrowth(request, held);
    const { text } = parseNote(note);
    const line = signatureLine(text, this.key.at(Math.floor(this.now().getTime() / 1000)));
    if (!held || !isSame(held, checkpoint)) {
      const signed = `${text}\n${signatures.join('\n')}\n`;
      await this.cosigned.write(checkpoint.origin, addSignatures(signed, [line]));
      // A crash here leaves a checkpoint that nobody was answered for: the log asks again, and is told its size.
    }
    return `${line}\n`;
  }

  private async inTurn<T>(origin: string, run: () => Promise<T>): Promise<T> {
    const before = this.turns.get(origin);
    const turn = Promise.resolve(before).then(run);
    const ended = turn.catch(() => undefined);
    this.turns.set(origin, ended);
    return turn;
  }
}

function linesOf(note: string, keys: readonly VerifierKey[]): string[] {
  const { text, signatures } = parseNote(note);
  const lines = note.slice(text.length + 1, -1).split('\n');
  return lines.filter((_, at) =>
    keys.some(({ name, id }) => name === signatures[at]?.name && id === signatures[at].id),
  );
}

function isSame(held: Checkpoint, checkpoint: Checkpoint): boolean {
  return held.size === checkpoint.size && equalBytes(held.root, checkpoint.root);
}

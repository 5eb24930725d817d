import { parseVerifierKey, openNote, addSignatures } from '#core';
import type { Witness } from '#ports';
import { SignedLog } from '../support/signed-log.js';

/** What every way to a witness keeps. @param ask a way to a witness that knows the log and has cosigned nothing */
export function witnessContract(ask: () => Promise<{ log: SignedLog; witness: Witness }>): void {
  let log: SignedLog;
  let witness: Witness;
  const patience = () => AbortSignal.timeout(10_000);
  const cosign = (old: number, size: number, history = log.history) =>
    witness.addCheckpoint(
      { old, proof: old === 0 ? [] : history.proof(old, size), note: log.note(size, history) },
      patience(),
    );
  beforeEach(async () => {
    ({ log, witness } = await ask());
  });

  it('answers a growing log with cosignatures of its key', async () => {
    for (const [old, size] of [
      [0, 3],
      [3, 3],
      [3, 20],
    ] as const) {
      const answer = await cosign(old, size);
      if (answer.state !== 'cosigned') throw new Error('not cosigned');
      const note = addSignatures(log.note(size), answer.lines);
      const signers = openNote(note, [parseVerifierKey(log.verifierKey), witness.key]).signedBy;
      expect(signers).toContain(witness.key);
    }
  });

  it('tells the size that the witness holds', async () => {
    expect(await cosign(4, 9)).toEqual({ state: 'holds', size: 0 });
    await cosign(0, 9);
    expect(await cosign(0, 12)).toEqual({ state: 'holds', size: 9 });
  });

  it('reports a refused history, and a log that the witness does not know', async () => {
    await cosign(0, 9);
    await expect(cosign(9, 12, log.fork)).rejects.toMatchObject({ code: 'WITNESS.REFUSED', advice: 'stop' });
    const stranger = new SignedLog('stranger.example', 5);
    const request = { old: 0, proof: [], note: stranger.note(5) };
    await expect(witness.addCheckpoint(request, patience())).rejects.toMatchObject({
      code: 'WITNESS.REFUSED',
    });
  });

  it('gives up when it is told to', async () => {
    const request = { old: 0, proof: [], note: log.note(5) };
    await expect(witness.addCheckpoint(request, AbortSignal.abort())).rejects.toMatchObject({
      code: 'WITNESS.UNAVAILABLE',
      advice: 'retry',
    });
  });
}

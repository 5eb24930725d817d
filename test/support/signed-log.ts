import { generateKeyPairSync, sign } from 'node:crypto';
import { ed25519NoteSigner, formatCheckpoint, signNote, toBase64, type NoteSigner } from '#core';
import { testLog, type TestLog } from './test-log.js';

/** A log that signs its checkpoints, and may show another history of the same size. */
export class SignedLog {
  readonly signer: NoteSigner;
  readonly history: TestLog;
  readonly fork: TestLog;

  constructor(
    readonly origin: string,
    size: number,
  ) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
    this.signer = ed25519NoteSigner(
      origin,
      key,
      (message) => new Uint8Array(sign(null, message, privateKey)),
    );
    this.history = testLog(size, origin);
    this.fork = testLog(size, origin, 'another ');
  }

  get verifierKey(): string {
    return this.signer.verifierKey;
  }

  note(size: number, log: TestLog = this.history): string {
    return signNote(formatCheckpoint(log.checkpoint(size)), [this.signer]);
  }

  /** The body of an add-checkpoint request (C2SP tlog-witness) with its right proof. */
  request(old: number, size: number, log: TestLog = this.history): string {
    return addCheckpoint(old, old === 0 ? [] : log.proof(old, size), this.note(size, log));
  }
}

export function addCheckpoint(old: number | string, proof: readonly Uint8Array[], note: string): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

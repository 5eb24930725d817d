import { mkdir } from 'node:fs/promises';
import type { VerifierKey } from '#core';
import { lockFolder } from '../composition/folder-lock.js';
import { CosignedCheckpoints } from './cosigned-checkpoints.js';
import { Witness } from './witness.js';
import { unusable } from './witness.errors.js';
import { loadWitnessKey } from './witness-key.js';
import { serveWitness, type WitnessServer } from './witness-server.js';

export interface WitnessOptions {
  /** Key and state; made when absent. No other process may use it. */
  readonly data: string;
  /** The name of its key: a URL without a scheme, say. */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Keys of the logs that it cosigns; a key's name is the origin of its log. */
  readonly logs: readonly VerifierKey[];
  /** Told of what the witness could not do, which no answer explains. */
  readonly report: (error: unknown) => void;
}

export interface RunningWitness extends WitnessServer {
  readonly verifierKey: string;
}

/** Starts a witness. Throws DATA.IN_USE, WITNESS.KEY, WITNESS.STATE, WITNESS.NO_LOG, NOTE.INVALID_KEY. */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  if (options.logs.length === 0) throw unusable('WITNESS.NO_LOG', 'a witness needs a log to cosign');
  await mkdir(options.data, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(options.data, 'witness.pid');
  try {
    const { verifierKey, server } = await open(options);
    const close = async () => {
      await server.close();
      await lock.release();
    };
    return { url: server.url, verifierKey, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function open(options: WitnessOptions): Promise<{ verifierKey: string; server: WitnessServer }> {
  const cosigned = await CosignedCheckpoints.open(options.data);
  const key = await loadWitnessKey(options.data, options.name, await cosigned.any());
  const witness = new Witness(key, options.logs, cosigned, () => new Date());
  return { verifierKey: key.verifierKey, server: await serveWitness(witness, options, options.report) };
}

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ed25519Cosigner, type NoteSigner } from '#core';
import { readIfThere, writeDurably } from './durable-file.js';
import { unusable } from './witness.errors.js';

const KEY_FILE = 'witness.pem';

/** A witness's key, under its name. */
export interface WitnessKey {
  readonly verifierKey: string;
  /** The cosigner of checkpoints that were seen at that time, in POSIX seconds. */
  at(timestamp: number): NoteSigner;
}

/**
 * The key in a witness's folder; the first start makes it, mode 0600. Throws WITNESS.KEY when it is broken or open to
 * others, or missing where `known` logs were cosigned with it; NOTE.INVALID_KEY for a name that no key can have.
 */
export async function loadWitnessKey(folder: string, name: string, known: boolean): Promise<WitnessKey> {
  const file = join(folder, KEY_FILE);
  const key = (await readKey(file)) ?? (await makeKey(file, known));
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(x ?? '', 'base64url'));
  const at = (timestamp: number) =>
    ed25519Cosigner(name, publicKey, timestamp, (message) => new Uint8Array(sign(null, message, key)));
  return { verifierKey: at(0).verifierKey, at };
}

async function readKey(file: string): Promise<KeyObject | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  await assertPrivate(file);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Reported below, without what the file holds.
  }
  throw unusable('WITNESS.KEY', `${file} does not hold an Ed25519 key as it was made`);
}

async function makeKey(file: string, known: boolean): Promise<KeyObject> {
  if (known) throw unusable('WITNESS.KEY', `${file} is missing: put it back from a backup`);
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

async function assertPrivate(file: string): Promise<void> {
  const mode = (await stat(file)).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw unusable(
      'WITNESS.KEY',
      `${file} has mode ${mode.toString(8)}, so others may read it: chmod 600 it`,
    );
}

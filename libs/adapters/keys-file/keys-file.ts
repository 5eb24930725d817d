import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { ed25519NoteSigner, type NoteSigner } from '#core';
import { CheckpointSigner, type ClientKeys, type Sealer } from '#ports';
import { FileClientKeys } from './file-client-keys.js';
import { FileSealer } from './file-sealer.js';
import { openKeyFolder, type KeyName } from './key-folder.js';
import { unusableKey } from './keys.errors.js';
import { KEY_BYTES } from './xaes-256-gcm.js';

/** The keys of an installation, each for one purpose. Those of its accounts on ledgers are kept elsewhere. */
export interface FileKeys {
  readonly sealer: Sealer;
  readonly checkpointSigner: CheckpointSigner;
  readonly clientKeys: ClientKeys;
}

/**
 * The keys of a data folder, from its `keys/`, made there on the first start (folder mode 0700, files 0600).
 *
 * @param origin the log's name in its checkpoints
 * @throws PortError KEYS.MODE, KEYS.MISSING or KEYS.BROKEN, all stop
 */
export async function loadKeys(dataFolder: string, origin: string): Promise<FileKeys> {
  const folder = join(dataFolder, 'keys');
  const texts = await openKeyFolder(folder);
  const use = <T>(name: KeyName, read: (text: string) => T): T => {
    try {
      return read(texts[name]);
    } catch {
      throw unusableKey('KEYS.BROKEN', `${join(folder, name)} does not hold a key as it was made`);
    }
  };
  return {
    sealer: use('seal.key', (text) => new FileSealer(bytesOf(text))),
    checkpointSigner: use('log.pem', (text) => new FileCheckpointSigner(origin, createPrivateKey(text))),
    clientKeys: new FileClientKeys(use('client-es384.pem', es384Key), use('client-rs384.pem', rs384Key)),
  };
}

class FileCheckpointSigner extends CheckpointSigner {
  override readonly note: NoteSigner;

  constructor(origin: string, key: KeyObject) {
    super();
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
    const { x } = createPublicKey(key).export({ format: 'jwk' });
    this.note = ed25519NoteSigner(origin, Buffer.from(x ?? '', 'base64url'), (message) =>
      sign(null, message, key),
    );
  }
}

function es384Key(text: string): KeyObject {
  const key = createPrivateKey(text);
  if (key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') throw new TypeError('not a P-384 key');
  return key;
}

function rs384Key(text: string): KeyObject {
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('not an RSA key');
  return key;
}

function bytesOf(text: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new SyntaxError('not 32 bytes in hexadecimal');
  return Buffer.from(text, 'hex').subarray(0, KEY_BYTES);
}

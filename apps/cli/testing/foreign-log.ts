import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const TILE = 256;

/** A log as C2SP tlog-tiles has it, made by definition and without our core: any entries, any origin. */
export interface ForeignLog {
  readonly verifierKey: string;
  /** Every file of the log at a size, the checkpoint among them, by path. */
  files(size: number): Map<string, Buffer>;
  checkpoint(size: number): Buffer;
}

/** @param entryAt the entry of each index, of any length */
export function foreignLog(origin: string, entryAt: (index: number) => Buffer): ForeignLog {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const material = Buffer.concat([
    Buffer.of(1),
    Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'),
  ]);
  const id = sha256(Buffer.from(`${origin}\n`), material).subarray(0, 4);
  const leaves = (from: number, to: number): Buffer[] =>
    Array.from({ length: to - from }, (_, at) => sha256(Buffer.of(0), entryAt(from + at)));
  const checkpoint = (size: number): Buffer => {
    const text = `${origin}\n${size}\n${treeHash(leaves(0, size)).toString('base64')}\n`;
    const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64');
    return Buffer.from(`${text}\n— ${origin} ${signature}\n`);
  };
  return {
    verifierKey: `${origin}+${id.toString('hex')}+${material.toString('base64')}`,
    checkpoint,
    files: (size) => {
      const files = new Map([['checkpoint', checkpoint(size)]]);
      let row = leaves(0, size);
      for (let level = 0; row.length > 0; level += 1) {
        for (const [path, hashes] of tilesOf(`tile/${level}`, row)) files.set(path, Buffer.concat(hashes));
        row = tilesOf('', row)
          .filter(([, hashes]) => hashes.length === TILE)
          .map(([, hashes]) => treeHash(hashes));
      }
      const entries = Array.from({ length: size }, (_, index) => withLength(entryAt(index)));
      for (const [path, bundle] of tilesOf('tile/entries', entries)) files.set(path, Buffer.concat(bundle));
      return files;
    },
  };
}

function tilesOf(prefix: string, items: readonly Buffer[]): [string, Buffer[]][] {
  return Array.from({ length: Math.ceil(items.length / TILE) }, (_, n) => {
    const own = items.slice(n * TILE, (n + 1) * TILE);
    const digits = String(n).padStart(3 * Math.ceil(String(n).length / 3), '0');
    const place = digits.replaceAll(/\d{3}(?!$)/g, 'x$&/');
    return [`${prefix}/${place}${own.length < TILE ? `.p/${own.length}` : ''}`, own];
  });
}

function withLength(entry: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(entry.length);
  return Buffer.concat([length, entry]);
}

/** RFC 6962, section 2.1, as it stands there. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

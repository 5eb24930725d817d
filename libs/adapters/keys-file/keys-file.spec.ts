import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import { parseVerifierKey, openNote, signNote } from '#core';
import { loadKeys } from './index.js';

const ORIGIN = 'log.example/test';
const CONTEXT = 'notification of source 1';

describe('loadKeys', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attestry-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const fileOf = (name: string): string => join(folder, 'keys', name);

  it('makes every key on the first start, for nobody else to read, and the same ones on the next', async () => {
    const first = await loadKeys(folder, ORIGIN);
    const second = await loadKeys(folder, ORIGIN);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'keys')))
      expect((await stat(fileOf(name))).mode & 0o777).toBe(0o600);
    expect(second.checkpointSigner.note.verifierKey).toBe(first.checkpointSigner.note.verifierKey);
    const sealed = first.sealer.seal(Buffer.from('secret'), CONTEXT);
    expect(Buffer.from(second.sealer.open(sealed, CONTEXT)).toString()).toBe('secret');
  });

  it('gives several processes that start at once the same keys, and leaves nothing else behind', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadKeys(folder, ORIGIN)));
    const sealed = all[0]!.sealer.seal(Buffer.from('secret'), CONTEXT);
    for (const { sealer } of all) expect(Buffer.from(sealer.open(sealed, CONTEXT)).toString()).toBe('secret');
    expect(new Set(all.map(({ checkpointSigner }) => checkpointSigner.note.verifierKey)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['keys']);
  });

  it('signs notes that its verifier key opens', async () => {
    const { checkpointSigner } = await loadKeys(folder, ORIGIN);
    const note = signNote(`${ORIGIN}\n1\nAAAA\n`, [checkpointSigner.note]);
    expect(() => openNote(note, [parseVerifierKey(checkpointSigner.note.verifierKey)])).not.toThrow();
  });

  it.each(['seal.key', 'log.pem'])('refuses %s when others may read it', async (name) => {
    await loadKeys(folder, ORIGIN);
    await chmod(fileOf(name), 0o640);
    await expect(loadKeys(folder, ORIGIN)).rejects.toMatchObject({ code: 'KEYS.MODE', advice: 'stop' });
  });

  it('refuses a folder that others may enter', async () => {
    await loadKeys(folder, ORIGIN);
    await chmod(join(folder, 'keys'), 0o755);
    await expect(loadKeys(folder, ORIGIN)).rejects.toMatchObject({ code: 'KEYS.MODE' });
  });

  it('never replaces a key that went missing', async () => {
    await loadKeys(folder, ORIGIN);
    await rm(fileOf('log.pem'));
    await expect(loadKeys(folder, ORIGIN)).rejects.toMatchObject({ code: 'KEYS.MISSING' });
  });

  it('makes anew only what sources can look up, once for all processes, as older folders lack it', async () => {
    await loadKeys(folder, ORIGIN);
    await rm(fileOf('client-es384.pem'));
    await rm(fileOf('client-rs384.pem'));
    const all = await Promise.all(Array.from({ length: 4 }, () => loadKeys(folder, ORIGIN)));
    const published = await Promise.all(all.map(({ clientKeys }) => clientKeys.publicKeys()));
    expect(new Set(published.map((keys) => JSON.stringify(keys))).size).toBe(1);
    expect((await readdir(join(folder, 'keys'))).sort()).toEqual([
      'client-es384.pem',
      'client-rs384.pem',
      'log.pem',
      'seal.key',
    ]);
  });

  it.each(['ES384', 'RS384'] as const)(
    'signs assertions by %s that its published keys verify',
    async (alg) => {
      const { clientKeys } = await loadKeys(folder, ORIGIN);
      const keys = await clientKeys.publicKeys();
      // Neither half of a secret: RFC 7518, sections 6.2.2 and 6.3.2.
      for (const key of keys)
        for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(part);
      const jwt = await clientKeys.sign(alg, { sub: 'us' });
      const { payload, protectedHeader } = await jwtVerify(
        jwt,
        createLocalJWKSet({ keys: keys as unknown as JWK[] }),
      );
      expect(payload).toEqual({ sub: 'us' });
      expect(protectedHeader).toEqual({
        alg,
        typ: 'JWT',
        kid: keys.find((key) => key['alg'] === alg)!['kid'],
      });
    },
  );

  const rsa = (): string =>
    generateKeyPairSync('rsa', { modulusLength: 1024 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
  it.each([
    ['seal.key', 'half a key', () => 'ab'.repeat(16)],
    ['seal.key', 'nothing', () => ''],
    ['log.pem', 'text', () => 'not a key'],
    ['log.pem', 'a key of another kind', rsa],
    ['client-es384.pem', 'a key of another kind', rsa],
    ['client-rs384.pem', 'text', () => 'not a key'],
  ])('refuses %s that holds %s, and does not quote it', async (name, _what, content) => {
    await loadKeys(folder, ORIGIN);
    await writeFile(fileOf(name), content(), { mode: 0o600 });
    const error: unknown = await loadKeys(folder, ORIGIN).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'KEYS.BROKEN' });
    const held = (await readFile(fileOf(name), 'utf8')).trim();
    if (held !== '') expect((error as Error).message).not.toContain(held);
  });
});

describe('the sealer', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attestry-keys-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('opens what it sealed, empty and large alike', async () => {
    const { sealer } = await loadKeys(folder, ORIGIN);
    for (const plain of [new Uint8Array(0), new Uint8Array(1_000_000).fill(7)])
      expect(Buffer.from(sealer.open(sealer.seal(plain, CONTEXT), CONTEXT))).toEqual(Buffer.from(plain));
  });

  it('never seals the same bytes in the same way', async () => {
    const { sealer } = await loadKeys(folder, ORIGIN);
    const seals = Array.from({ length: 100 }, () =>
      Buffer.from(sealer.seal(Buffer.from('x'), CONTEXT)).toString('hex'),
    );
    expect(new Set(seals).size).toBe(100);
  });

  it('refuses any byte that was changed, any that is missing, and any other context', async () => {
    const { sealer } = await loadKeys(folder, ORIGIN);
    const sealed = Buffer.from(sealer.seal(Buffer.from('secret'), CONTEXT));
    const broken = { code: 'SEAL.BROKEN', advice: 'stop' };
    const opening = (bytes: Uint8Array, context = CONTEXT): unknown => {
      try {
        return sealer.open(bytes, context);
      } catch (error) {
        return error;
      }
    };
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(opening(changed)).toMatchObject(broken);
      expect(opening(sealed.subarray(0, at))).toMatchObject(broken);
    }
    expect(opening(sealed, 'notification of source 2')).toMatchObject(broken);
  });
});

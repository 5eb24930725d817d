import { createHash, randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { addSignatures, openNote, parseVerifierKey, signNote, toBase64 } from '#core';
import { addCheckpoint, SignedLog } from '../../test/support/signed-log.js';
import { TestWitness } from '../../test/support/test-witness.js';

const SIZE = 40;
const ORIGIN = 'log.example/witnessed';
const EMPTY_ROOT = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

let log: SignedLog;
let other: SignedLog;
let witness: TestWitness;
beforeEach(async () => {
  log = new SignedLog(ORIGIN, SIZE);
  other = new SignedLog('other.example/log', SIZE);
  witness = await TestWitness.start([log.verifierKey, other.verifierKey]);
});
afterEach(() => witness.stop());

/** Status, media type and body of the answer to a request. */
async function answer(body: string | Uint8Array): Promise<[number, string | null, string]> {
  const response = await witness.post(body);
  return [response.status, response.headers.get('content-type'), await response.text()];
}
const status = async (body: string | Uint8Array) => (await answer(body))[0];
/** That this is the witness's cosignature of that checkpoint. */
function expectCosigned(line: string, note: string): void {
  expect(line).toMatch(/^— \S+ \S+\n$/u);
  const key = parseVerifierKey(witness.verifierKey);
  expect(openNote(addSignatures(note, [line.trimEnd()]), [key]).signedBy).toEqual([key]);
}
const HELD = (size: number) => [409, 'text/x.tlog.size', `${size}\n`];

describe('add-checkpoint', () => {
  it('cosigns a log from its first checkpoint on, as it grows', async () => {
    const sizes = [1, 2, 3, 7, 8, 8, 31, SIZE];
    let old = 0;
    for (const size of sizes) {
      const [code, type, line] = await answer(log.request(old, size));
      expect([code, type]).toEqual([200, 'text/plain; charset=utf-8']);
      expectCosigned(line, log.note(size));
      old = size;
    }
  });

  it('signs with the time of day', async () => {
    const [, , line] = await answer(log.request(0, 5));
    const seconds = Number(Buffer.from(line.split(' ')[2]!, 'base64').readBigUInt64BE(4));
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(30);
  });

  it('is answered 409 with the size it holds, whatever else is wrong with the proof', async () => {
    expect(await answer(log.request(3, 5))).toEqual(HELD(0));
    await answer(log.request(0, 9));
    for (const body of [
      log.request(0, 12),
      log.request(8, 12),
      log.request(10, 12),
      addCheckpoint(4, [], log.note(9)),
    ])
      expect(await answer(body)).toEqual(HELD(9));
    expect(await answer(log.request(0, 4))).toEqual(HELD(9));
    expect(await status(log.request(9, 12))).toBe(200);
  });

  it('is answered 404 for a log that the witness does not know', async () => {
    expect(await status(new SignedLog('stranger.example', SIZE).request(0, 5))).toBe(404);
  });

  it('is answered 403 unless a key of the log itself has signed, and rightly', async () => {
    const text = log.note(5).split('\n\n')[0]! + '\n';
    const impostor = new SignedLog(ORIGIN, SIZE);
    const forged = { ...log.signer, sign: () => log.signer.sign(`${text}more\n`) };
    for (const note of [
      impostor.note(5),
      signNote(text, [other.signer]),
      signNote(text, [{ ...other.signer, name: ORIGIN }]),
      signNote(text, [forged]),
      signNote(text, [log.signer, forged]),
    ])
      expect(await status(addCheckpoint(0, [], note))).toBe(403);
    expect(
      await status(addCheckpoint(0, [], signNote(text, [impostor.signer, log.signer, other.signer]))),
    ).toBe(200);
  });

  it('is answered 422 for a proof that does not lead there', async () => {
    await answer(log.request(0, 9));
    const proof = log.history.proof(9, 20);
    const wrong = [
      [],
      proof.slice(1),
      [...proof, proof[0]!],
      [...proof].reverse(),
      proof.map((hash, at) => (at === 0 ? hash.map((byte) => byte ^ 1) : hash)),
    ];
    for (const hashes of wrong) expect(await status(addCheckpoint(9, hashes, log.note(20)))).toBe(422);
    expect(await status(addCheckpoint(9, proof, log.note(20, log.fork)))).toBe(422);
    expect(await status(addCheckpoint(9, [proof[0]!], log.note(9)))).toBe(422);
    expect(await status(addCheckpoint(9, proof, log.note(20)))).toBe(200);
  });

  it('is answered 422 for a proof from the empty tree, and for an empty tree of another root', async () => {
    expect(await status(addCheckpoint(0, [randomBytes(32)], log.note(5)))).toBe(422);
    const empty = (root: string) => signNote(`${ORIGIN}\n0\n${root}\n`, [log.signer]);
    expect(await status(addCheckpoint(0, [], empty(toBase64(new Uint8Array(32)))))).toBe(422);
    expect(await status(addCheckpoint(0, [], empty(EMPTY_ROOT)))).toBe(200);
    expect(await status(addCheckpoint(0, [], empty(EMPTY_ROOT)))).toBe(200);
    expect(await status(log.request(0, 5))).toBe(200);
  });

  it('is answered 400 when the old size is above that of the checkpoint', async () => {
    await answer(log.request(0, 9));
    for (const old of [6, 9, 9_007_199_254_740_991])
      expect(await status(addCheckpoint(old, [], log.note(5)))).toBe(400);
  });

  it.each<[string, (note: string) => string | Uint8Array]>([
    ['nothing', () => ''],
    ['no checkpoint', () => 'old 0\n\n'],
    ['no blank line', (note) => `old 0\n${note.replace('\n\n', '\n')}`],
    ['no old line', (note) => `\n${note}`],
    ['an old size with a zero before it', (note) => addCheckpoint('00', [], note)],
    ['an old size below none', (note) => addCheckpoint('-1', [], note)],
    ['an old size beyond all counting', (note) => addCheckpoint('9007199254740993', [], note)],
    ['an old size in words', (note) => addCheckpoint('zero', [], note)],
    ['two spaces', (note) => `old  0\n\n${note}`],
    ['carriage returns', (note) => addCheckpoint(0, [], note).replaceAll('\n', '\r\n')],
    [
      'a proof of 64 hashes',
      (note) => addCheckpoint(0, Array<Uint8Array>(64).fill(new Uint8Array(32)), note),
    ],
    ['a hash of 31 bytes', (note) => addCheckpoint(0, [new Uint8Array(31)], note)],
    ['a proof that is no base64', (note) => `old 0\n!\n\n${note}`],
    ['a note without signatures', (note) => `old 0\n\n${note.split('\n\n')[0]!}\n`],
    ['a size that is no number', (note) => addCheckpoint(0, [], note.replace('\n5\n', '\nfive\n'))],
    ['a root that is no hash', (note) => addCheckpoint(0, [], note.replace(/\n\S+=\n\n/, '\nAAAA\n\n'))],
    ['bytes that are no UTF-8', () => Uint8Array.of(0x6f, 0xff, 0x0a)],
    ['noise', () => randomBytes(5000)],
    ['nulls', () => new Uint8Array(1000)],
  ])('is answered 400 for %s', async (_, body) => {
    expect(await status(body(log.note(5)))).toBe(400);
    expect(await status(log.request(0, 5))).toBe(200);
  });

  it('is answered 413 when it is too large, without being read to its end', async () => {
    const code = await new Promise((resolve, reject) => {
      const sent = request(`${witness.url}/add-checkpoint`, { method: 'POST' }, ({ statusCode }) =>
        resolve(statusCode),
      );
      sent.on('error', reject);
      sent.write('x'.repeat(300_000));
    });
    expect(code).toBe(413);
    expect(await status(log.request(0, 5))).toBe(200);
  });

  it('is a POST, and the only way in', async () => {
    const get = await fetch(`${witness.url}/add-checkpoint`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const path of ['/', '/add-checkpoint/', '/sign-subtree', '/../witness.pem', '/logs'])
      expect((await fetch(`${witness.url}${path}`)).status).toBe(404);
  });

  it('gives the cosignature of one size to one of many at once', async () => {
    await answer(log.request(0, 5));
    const sizes = Array.from({ length: 30 }, (_, at) => 6 + at);
    const statuses = await Promise.all(sizes.map((size) => status(log.request(5, size))));
    expect(statuses.filter((code) => code === 200)).toHaveLength(1);
    expect(statuses.filter((code) => code === 409)).toHaveLength(29);
    const [, , held] = await answer(log.request(0, SIZE));
    expect(sizes[statuses.indexOf(200)]).toBe(Number(held));
  });

  it('keeps logs apart', async () => {
    await answer(log.request(0, 9));
    expect(await status(other.request(0, 5))).toBe(200);
    expect(await answer(log.request(0, 12))).toEqual(HELD(9));
    expect(await answer(other.request(0, 12))).toEqual(HELD(5));
  });
});

describe('what a witness holds', () => {
  const checkpointOf = (origin: string) =>
    fetch(`${witness.url}/${createHash('sha256').update(origin).digest('hex')}/checkpoint`);

  it('is served to monitors, with the signatures it saw and its own', async () => {
    expect((await checkpointOf(ORIGIN)).status).toBe(404);
    const noisy = addSignatures(log.note(5), ['— stranger.example AAAAAAA=']);
    const [, , line] = await answer(addCheckpoint(0, [], noisy));
    expect(await (await checkpointOf(ORIGIN)).text()).toBe(addSignatures(log.note(5), [line.trimEnd()]));
    expect((await checkpointOf('stranger.example')).status).toBe(404);
  });

  it('never goes back, and is never behind an answer, however it is killed', async () => {
    let size = 1;
    await answer(log.request(0, size));
    for (let round = 0; round < 6; round += 1) {
      let answered = size;
      const sending = (async () => {
        for (let next = size + 1; next <= SIZE; next += 1) {
          if ((await status(log.request(answered, next))) !== 200) throw new Error('refused');
          answered = next;
        }
      })().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 2 + 5 * round));
      await witness.kill();
      await sending;
      await witness.start();
      const [, , held] = await answer(addCheckpoint(0, [], log.note(SIZE)));
      expect(Number(held)).toBeGreaterThanOrEqual(answered);
      expect(Number(held)).toBeLessThanOrEqual(answered + 1);
      size = Number(held);
    }
  });

  it('refuses the second of two histories, after a restart too', async () => {
    await answer(log.request(0, 9));
    const refuse = async () => {
      expect(await status(log.request(9, 9, log.fork))).toBe(422);
      expect(await status(log.request(9, 20, log.fork))).toBe(422);
      expect(await answer(log.request(0, 20, log.fork))).toEqual(HELD(9));
    };
    await refuse();
    await witness.kill();
    await witness.start();
    await refuse();
    expect(await status(log.request(9, 20))).toBe(200);
  });

  it('is a key and a file a log, for nobody else to read', async () => {
    await answer(log.request(0, 9));
    const files = await readdir(witness.folder, { recursive: true });
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(witness.folder, file))).mode & 0o077),
    );
    expect(files.toSorted()).toEqual([
      'logs',
      expect.stringMatching(/^logs.[0-9a-f]{64}$/),
      'witness.pem',
      'witness.pid',
    ]);
    expect(new Set(modes)).toEqual(new Set([0]));
    const { verifierKey } = witness;
    await witness.kill('SIGTERM');
    await witness.start();
    expect(witness.verifierKey).toBe(verifierKey);
  });

  it('is taken by no second process, and by none whose key or state is not whole', async () => {
    const { folder, url } = witness;
    await expect(witness.start()).rejects.toThrow('DATA.IN_USE');
    expect(await (await fetch(`${url}/`)).text()).toMatch(/nothing/);
    await answer(log.request(0, 9));
    await witness.kill();
    const key = join(folder, 'witness.pem');
    const pem = await readFile(key, 'utf8');
    await chmod(key, 0o644);
    await expect(witness.start()).rejects.toThrow('WITNESS.KEY');
    await chmod(key, 0o600);
    await writeFile(key, 'no key');
    await expect(witness.start()).rejects.toThrow('WITNESS.KEY');
    await rm(key);
    await expect(witness.start()).rejects.toThrow('WITNESS.KEY');
    await writeFile(key, pem, { mode: 0o600 });
    const [state = ''] = await readdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', state), other.note(5));
    await expect(witness.start()).rejects.toThrow('WITNESS.STATE');
  });
});

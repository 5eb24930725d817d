import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { FileServer } from '../testing/file-server.js';
import { foreignLog } from '../testing/foreign-log.js';
import { runAttestry, TestFolder, type Run } from '../testing/run-attestry.js';
import type { Check } from '../frame/check-lines.js';
import { readCheckpoint } from './audit-checkpoint.js';
import { auditLog, type AuditResult } from './audit-log.js';
import type { AuditOptions } from './audit-options.js';
import { parseVerifierKey } from '#core';
import { NO_PROGRESS } from './progress.js';

/** Entries of all lengths, as a log of others may have them. */
const entryAt = (index: number) => Buffer.from(`entry ${index} ${'.'.repeat(index % 50)}`);
const log = foreignLog('log.elsewhere.example', entryAt);
const SIZE = 2 * 256 + 77;

interface Report {
  readonly consistent: boolean;
  readonly size: number;
  readonly checks: readonly Check[];
}

const inMemory = (files: ReadonlyMap<string, Buffer>) => ({
  place: 'memory',
  read: (path: string) => Promise.resolve(files.get(path)),
});
const STRICT: AuditOptions = {
  keys: [parseVerifierKey(log.verifierKey)],
  origin: undefined,
  from: undefined,
  onlyNew: false,
  entries: true,
};
const auditOf = (
  files: ReadonlyMap<string, Buffer>,
  over: Partial<AuditOptions> = {},
): Promise<AuditResult> => auditLog(inMemory(files), { ...STRICT, ...over }, NO_PROGRESS);
const failedCode = ({ checks }: { readonly checks: readonly Check[] }) =>
  checks.find(({ status }) => status === 'failed')?.code;

describe('attestry log audit', () => {
  let server: FileServer;
  let folder: TestFolder;
  beforeAll(async () => {
    server = await FileServer.start();
    folder = await TestFolder.make();
  });
  beforeEach(() => {
    server.files = log.files(SIZE);
    server.asked.length = 0;
    server.instead = () => false;
  });
  afterAll(async () => {
    server.stop();
    await folder.remove();
  });

  const audit = (...options: string[]): Promise<Run> => runAttestry(['log', 'audit', server.url, ...options]);
  const report = async (...options: string[]) => {
    const run = await audit('--json', ...options);
    return { status: run.status, ...(JSON.parse(run.stdout) as Report) };
  };

  it('finds a log of others consistent, and says what it checked', async () => {
    const run = await audit('--key', log.verifierKey, '--origin', 'log.elsewhere.example');
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^log\.elsewhere\.example, 589 entries\n/);
    expect(run.stdout).toMatch(/^ {2}ok {7}checkpoint signature {2}signed by log\.elsewhere\.example$/m);
    expect(run.stdout).toMatch(/^ {2}ok {7}tiles {17}3 of leaf hashes, and 1 above/m);
    expect(run.stdout).toMatch(/^ {2}ok {7}entries {15}589 hash to their leaves$/m);
    expect(run.stdout).toMatch(/\nconsistent: everything that was checked fits together\n$/);
  });

  it('says plainly that nobody vouched for it when no key was given', async () => {
    const { stdout, status } = await audit();
    expect([status, stdout]).toEqual([0, expect.stringContaining("nobody's signature was checked")]);
    expect(stdout).toMatch(/^ {2}skipped {2}checkpoint signature/m);
  });

  it('asks for the key and the origin that it was given', async () => {
    const stranger = foreignLog('log.elsewhere.example', entryAt).verifierKey;
    expect(failedCode(await report('--key', stranger))).toBe('AUDIT.NOT_SIGNED');
    expect(failedCode(await report('--origin', 'log.other.example'))).toBe('AUDIT.OTHER_ORIGIN');
    expect(await audit('--key', 'nonsense')).toMatchObject({ status: 2 });
  });

  it.each([0, 1, 255, 256, 257, 512, 65_536 + 3])('reads logs of %i entries', async (size) => {
    expect(await auditOf(log.files(size))).toMatchObject({ consistent: true, checkpoint: { size } });
  });

  it.each([
    [1, false],
    [255, false],
    [300, false],
    [512, true],
    [300, true],
    [SIZE, true],
  ])('sees that the log extends its checkpoint of %i entries (only new: %s)', async (size, onlyNew) => {
    const from = readCheckpoint(log.checkpoint(size));
    expect(await auditOf(log.files(SIZE), { from, onlyNew })).toMatchObject({ consistent: true });
    const rewritten = foreignLog('log.elsewhere.example', (index) =>
      entryAt(index === size - 1 ? 9999 : index),
    );
    const keys = [parseVerifierKey(rewritten.verifierKey)];
    const other = await auditOf(rewritten.files(SIZE), { keys: [], from, onlyNew });
    expect([failedCode(other), failedCode(await auditOf(rewritten.files(SIZE), { keys }))]).toEqual([
      'AUDIT.REWRITTEN',
      undefined,
    ]);
  });

  it('refuses a log that has become shorter', async () => {
    const from = readCheckpoint(log.checkpoint(SIZE));
    expect(failedCode(await auditOf(log.files(300), { from }))).toBe('AUDIT.SHRUNK');
  });

  it('keeps the checkpoint of a good log, and goes on from it', async () => {
    const saved = join(folder.path, 'saved');
    server.files = log.files(300);
    expect((await audit('--save', saved)).status).toBe(0);
    expect(await readFile(saved)).toEqual(log.checkpoint(300));
    server.files = log.files(SIZE);
    server.asked.length = 0;
    expect((await audit('--from', saved, '--only-new', '--save', saved)).status).toBe(0);
    expect(server.asked).not.toContain('tile/0/000');
    expect(await readFile(saved)).toEqual(log.checkpoint(SIZE));
    const files = new Map(server.files);
    files.set('tile/0/000', Buffer.alloc(8192));
    server.files = files;
    expect((await audit('--save', saved)).status).toBe(1);
    expect(await readFile(saved)).toEqual(log.checkpoint(SIZE));
  });

  it('takes a full tile where a partial one was taken away', async () => {
    const files = log.files(SIZE);
    const later = log.files(3 * 256);
    for (const path of ['tile/0/002', 'tile/entries/002']) {
      files.delete(`${path}.p/77`);
      files.set(path, later.get(path)!);
    }
    expect(await auditOf(files)).toMatchObject({ consistent: true });
  });

  it('refuses any file with one byte changed, cut short, grown, or taken away', async () => {
    const files = log.files(SIZE);
    const paths = [...files.keys()];
    const where = fc.tuple(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 255 }));
    const ways = fc.constantFrom('flip', 'cut', 'grow', 'remove');
    await fc.assert(
      fc.asyncProperty(where, ways, async ([path, at, mask], way) => {
        const bytes = files.get(path)!;
        const offset = at % bytes.length;
        const changed = new Map(files);
        if (way === 'remove') changed.delete(path);
        else changed.set(path, altered(bytes, way, offset, mask));
        // What is no checkpoint at all is no log: it is refused by an error of its own.
        const outcome = await auditOf(changed).then(
          ({ consistent }) => consistent,
          (error: unknown) => (error as { code: string }).code,
        );
        expect([false, 'LOG.NOT_FOUND', 'NOTE.MALFORMED', 'CHECKPOINT.MALFORMED']).toContain(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('names the entry and the tile that do not fit', async () => {
    const detail = async (path: string, offset: number, over: Partial<AuditOptions> = {}) => {
      const files = log.files(SIZE);
      files.set(path, altered(files.get(path)!, 'flip', offset, 1));
      return (await auditOf(files, over)).checks.at(-1)?.detail;
    };
    expect(await detail('tile/0/001', 32 * 5)).toContain('entry 261 ');
    expect(await detail('tile/1/000.p/2', 32)).toContain('hash 1 of tile/1/000.p/2');
    expect(await detail('tile/0/001', 7, { entries: false })).toContain('not the tree hash of tile/0/001');
  });

  it('reads a log in a folder', async () => {
    for (const [path, bytes] of log.files(SIZE)) {
      const file = join(folder.path, 'log', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    expect(
      await runAttestry(['log', 'audit', join(folder.path, 'log'), '--key', log.verifierKey]),
    ).toMatchObject({
      status: 0,
    });
  });

  it('tries again what failed, and follows redirects', async () => {
    const failedOnce = new Set<string>();
    server.instead = (path, _, response) => {
      if (path.startsWith('moved/')) return false;
      if (!failedOnce.has(path)) {
        failedOnce.add(path);
        if (failedOnce.size % 2 === 0) response.destroy();
        else response.writeHead(503).end();
        return true;
      }
      response.writeHead(302, { Location: `/log/moved/${path}` }).end();
      return true;
    };
    server.files = new Map([...log.files(SIZE)].map(([path, bytes]) => [`moved/${path}`, bytes]));
    expect((await audit()).status).toBe(0);
  });

  const refusal = async () => {
    const { status, stderr } = await audit();
    return [status, stderr];
  };

  it('tells what cannot be read from what contradicts itself', async () => {
    server.instead = (path, _, response) => {
      if (path === 'checkpoint') return false;
      if (path.includes('001')) response.writeHead(500).end();
      else response.end(log.files(SIZE).get(path));
      return true;
    };
    const broken = await audit();
    expect(broken).toMatchObject({ status: 2, stdout: '' });
    expect(broken.stderr).toMatch(/^attestry: LOG\.UNREACHABLE: /);
    server.instead = () => false;
    server.files = new Map();
    expect(await refusal()).toEqual([2, expect.stringContaining('LOG.NOT_FOUND')]);
    server.files = new Map([['checkpoint', Buffer.from('<html></html>')]]);
    expect(await refusal()).toEqual([2, expect.stringContaining('NOTE.MALFORMED')]);
    expect(await runAttestry(['log', 'audit', 'ftp://log.example'])).toMatchObject({ status: 2 });
  });

  it('waits for a slow server, and not for one that says nothing', async () => {
    const pending: NodeJS.Timeout[] = [];
    server.instead = (path, _, response) => {
      if (path === 'checkpoint') return false;
      pending.push(setTimeout(() => response.end(server.files.get(path)), 300));
      return true;
    };
    expect((await audit()).status).toBe(0);
    server.instead = () => true;
    const run = await audit('--timeout', '1');
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('LOG.UNREACHABLE')]);
  }, 30_000);
});

function altered(bytes: Buffer, way: 'flip' | 'cut' | 'grow', offset: number, mask: number): Buffer {
  if (way === 'cut') return bytes.subarray(0, offset);
  if (way === 'grow') return Buffer.concat([bytes, Buffer.of(mask)]);
  const flipped = Buffer.from(bytes);
  flipped[offset]! ^= mask;
  return flipped;
}

import {
  checkEvidence,
  consistencyFromTiles,
  EVIDENCE_MEDIA_TYPE,
  formatVerifierKey,
  leafHash,
  parseEvidence,
  parseResource,
  parseVerifierKey,
  rootFromTiles,
  tilesForConsistency,
  tilesForRoot,
  toHex,
  treeHash,
  verifyConsistency,
  type Checkpoint,
  type Evidence,
  type EvidenceReport,
  type Trust,
} from '#core';
import { runAttestry } from '../../apps/cli/testing/run-attestry.js';
import { exampleLog } from '../conformance/published-keys.js';
import { LogVisitor } from '../support/log-visitor.js';
import { patient, WARD } from '../support/test-source.js';
import { ORIGIN, TestSystem } from '../support/test-system.js';

/** More than one tile, and not a multiple of anything. */
const FIRST_SIZE = 45;
const SIZE = 300;

let system: TestSystem;
let visitor: LogVisitor;
let early: Checkpoint;
let late: Checkpoint;

beforeAll(async () => {
  system = await TestSystem.start();
  const send = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, at) =>
        system.notify(patient(`p${(from + at) % 250}`, from + at)),
      ),
    );
  await send(0, FIRST_SIZE);
  await system.settled();
  early = (await system.checkpoint())!;
  await send(FIRST_SIZE, SIZE);
  await system.settled();
  late = (await system.checkpoint())!;
  visitor = new LogVisitor(`${system.api}/log`, late.size);
});
afterAll(() => system.stop());

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

describe('the public log', () => {
  it('is served as C2SP tlog-tiles asks', async () => {
    expect(late.size).toBe(SIZE);
    const headers = async (path: string): Promise<unknown[]> => {
      const response = await system.get(path);
      return [response.status, response.headers.get('content-type'), response.headers.get('cache-control')];
    };
    expect(await headers('/log/checkpoint')).toEqual([200, 'text/plain; charset=utf-8', 'no-cache']);
    for (const path of ['/log/tile/0/000', '/log/tile/0/001.p/44', '/log/tile/entries/000'])
      expect(await headers(path)).toEqual([
        200,
        'application/octet-stream',
        'public, max-age=31536000, immutable',
      ]);
  });

  it('answers 304 to those who have its checkpoint', async () => {
    const etag = (await system.get('/log/checkpoint')).headers.get('etag')!;
    const ask = async (tag: string) => {
      const response = await fetch(`${system.api}/log/checkpoint`, { headers: { 'If-None-Match': tag } });
      return [response.status, (await response.text()).length > 0, response.headers.get('etag')];
    };
    expect(await ask(etag)).toEqual([304, false, etag]);
    expect(await ask(`"other", W/${etag}`)).toEqual([304, false, etag]);
    expect(await ask('"other"')).toEqual([200, true, etag]);
  });

  it('stands an audit', async () => {
    const key = system.keys.checkpointSigner.note.verifierKey;
    const run = await runAttestry(['log', 'audit', `${system.api}/log`, '--key', key]);
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining(`${SIZE} hash to their leaves`)]);
  });

  it('has in its tiles the hashes of its entries, and over them the root of its checkpoint', async () => {
    const entries = await visitor.entries();
    expect(entries).toHaveLength(SIZE);
    expect(new Set(entries.map(toHex)).size).toBe(SIZE);
    const leaves = entries.map((entry) => leafHash(entry));
    expect(toHex(treeHash(leaves))).toBe(toHex(late.root));
    expect(toHex(treeHash(leaves.slice(0, FIRST_SIZE)))).toBe(toHex(early.root));

    const hashes = Buffer.concat([
      await visitor.tile({ level: 0, n: 0 }),
      await visitor.tile({ level: 0, n: 1 }),
    ]);
    expect(hashes.equals(Buffer.concat(leaves))).toBe(true);
    expect(toHex(await visitor.tile({ level: 1, n: 0 }))).toBe(toHex(treeHash(leaves.slice(0, 256))));
    const root = rootFromTiles(SIZE, await visitor.reader(tilesForRoot(SIZE)));
    expect(toHex(root)).toBe(toHex(late.root));
  });

  it('serves every narrower tile as the beginning of the widest', async () => {
    const full = await bytesOf(await system.get('/log/tile/0/000'));
    for (const width of [1, 2, 45, 255]) {
      const partial = await bytesOf(await system.get(`/log/tile/0/000.p/${width}`));
      expect(toHex(partial)).toBe(toHex(full.subarray(0, 32 * width)));
      const bundle = await bytesOf(await system.get(`/log/tile/entries/000.p/${width}`));
      expect(bundle).toHaveLength(34 * width);
    }
  });

  it('is proven by its tiles to have grown, and not changed, between two moments', async () => {
    const [from, to] = [early.size, late.size];
    const proof = consistencyFromTiles(from, to, await visitor.reader(tilesForConsistency(from, to)));
    const claim = { from, to, proof, fromRoot: early.root, toRoot: late.root };
    expect(() => verifyConsistency(claim)).not.toThrow();
    expect(() => verifyConsistency({ ...claim, fromRoot: late.root })).toThrow();
  });

  it.each([
    '0/001',
    '0/001.p/45',
    '0/002.p/1',
    '1/000',
    '1/000.p/2',
    '2/000.p/1',
    '63/000',
    '64/000',
    'entries/001',
    'entries/001.p/45',
    'entries/x999/999',
    '0/x000/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/1000',
    '00/000',
    '-1/000',
    '0/0',
    '0/0000',
    '0/000/',
    '0//000',
    '0/000.p',
    'entries',
    'data/000',
    '',
    '0/000%00',
    '0/..%2f..%2fcheckpoint',
    '%2e%2e%2fcheckpoint',
    "0/000';--",
    `0/${'x999/'.repeat(40)}999`,
    `entries/${'x001/'.repeat(6)}001`,
  ])('has no tile/%s', async (path) => {
    const response = await system.get(`/log/tile/${path}`);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { advice: 'stop' } }]);
  });

  it('is not there before its first entry', async () => {
    const empty = await TestSystem.start({ withoutWorker: true });
    try {
      const response = await empty.get('/log/checkpoint');
      expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'LOG.EMPTY' } }]);
      expect((await empty.get('/log/tile/0/000.p/1')).status).toBe(404);
    } finally {
      await empty.stop();
    }
  });
});

describe('evidence', () => {
  const trust = (): Trust => ({
    attestry: 1,
    logs: [system.keys.checkpointSigner.note.verifierKey],
    witnesses: [],
    quorum: 0,
    ledgers: [],
  });
  const check = (evidence: Evidence, version: number): EvidenceReport =>
    checkEvidence(evidence, trust(), {
      resource: parseResource(JSON.stringify(patient(evidence.statement.id, version))),
    });

  it('of every entry verifies with the core alone, against the resource that was sent', async () => {
    const seen = new Set<string>();
    for (let index = 0; index < SIZE; index += 1) {
      const response = await system.get(`/v1/evidence/${index}`);
      expect(response.headers.get('content-type')).toContain(EVIDENCE_MEDIA_TYPE);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const evidence = parseEvidence(await response.text());
      const { source, id, version } = evidence.statement;
      expect([source, evidence.index]).toEqual([WARD.base, index]);
      const report = check(evidence, Number(version));
      expect(report.checks.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(report).toMatchObject({ verified: true, match: 'exact' });
      seen.add(`${id}/${version}`);
    }
    expect(seen.size).toBe(SIZE);
  });

  it('of one entry is none for another, nor under another key', async () => {
    const [one, other] = await Promise.all(
      [7, 8].map(async (index) => parseEvidence(await (await system.get(`/v1/evidence/${index}`)).text())),
    );
    const version = Number(one!.statement.version);
    expect(check({ ...one!, statement: other!.statement }, version).verified).toBe(false);
    expect(check({ ...one!, index: 8 }, version).verified).toBe(false);
    const otherKey = parseVerifierKey(exampleLog.verifierKey);
    for (const name of [otherKey.name, ORIGIN]) {
      const stranger = { ...trust(), logs: [formatVerifierKey({ ...otherKey, name })] };
      expect(checkEvidence(one!, stranger).verified).toBe(false);
    }
  });

  it.each(['abc', '-1', '01', '1.0', '1e2', '0x1', '9999999999999999', '%20', '１'])(
    'of index "%s" cannot be asked for',
    async (index) => {
      const response = await system.get(`/v1/evidence/${index}`);
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { code: 'EVIDENCE.BAD_INDEX' } },
      ]);
    },
  );

  it('of an entry that the log has not is not there', async () => {
    for (const index of [SIZE, 999_999_999_999_999])
      expect((await system.get(`/v1/evidence/${index}`)).status).toBe(404);
  });
});

describe('the list of known versions', () => {
  it('has the newest first, each with its evidence', async () => {
    const { versions } = await system.json<{ versions: { version: string; evidence: string }[] }>(
      '/v1/records/ward/Patient/p5',
    );
    expect(versions).toMatchObject([
      { source: 'ward', base: WARD.base, type: 'Patient', id: 'p5', version: '255', standing: 'current' },
      { version: '5', standing: 'superseded', lastUpdated: '2026-01-01T00:00:05.000Z' },
    ]);
    for (const { version, evidence } of versions)
      expect(parseEvidence(await (await system.get(evidence)).text()).statement).toMatchObject({
        id: 'p5',
        version,
      });
  });

  it.each(['nobody/Patient/p5', 'ward/Patient/nobody', 'ward/Observation/p5', 'ward/patient/p5'])(
    'is not there for %s',
    async (path) => {
      const response = await system.get(`/v1/records/${path}`);
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { error: { code: 'RECORD.NOT_FOUND' } },
      ]);
    },
  );
});

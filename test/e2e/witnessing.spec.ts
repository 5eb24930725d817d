import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkEvidence, parseEvidence, parseNote, type Trust } from '#core';
import { eventually } from '../support/eventually.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';
import { TestWitness } from '../support/test-witness.js';

/** The two, and whoever is added. */
const QUORUM = 'group both 2 w1 w2\nquorum both\n';

let system: TestSystem;
let witnesses: TestWitness[];
let version = 0;

beforeEach(async () => {
  system = await TestSystem.start({ withoutWorker: true });
  const log = system.keys.checkpointSigner.note.verifierKey;
  witnesses = await Promise.all(['w1.example', 'w2.example'].map((name) => TestWitness.start([log], name)));
});
afterEach(async () => {
  await system.stop();
  for (const witness of witnesses) await witness.stop();
});

/** Runs the log under a policy: API and worker anew. */
async function run(mode: 'open' | 'closed', quorum = QUORUM, deadlineMs = 2000): Promise<void> {
  const lines = witnesses.map(({ verifierKey, url }, at) => `witness w${at + 1} ${verifierKey} ${url}\n`);
  const settings = {
    ATTESTRY_WITNESSING_MODE: mode,
    ATTESTRY_WITNESSING_POLICY: `${lines.join('')}${quorum}`,
    ATTESTRY_WITNESSING_DEADLINEMS: String(deadlineMs),
  };
  for (const part of ['worker', 'api'] as const) await system.end(part);
  await system.startApi(settings);
  await system.startWorker(settings);
}

async function grow(): Promise<void> {
  version += 1;
  expect((await system.notify(patient('p', version))).ok).toBe(true);
  await system.settled();
}

interface Shown {
  readonly size: number;
  /** Names on its signature lines. */
  readonly signers: readonly string[];
}

async function shown(): Promise<Shown | undefined> {
  const response = await system.get('/log/checkpoint');
  if (response.status === 404) return undefined;
  const { text, signatures } = parseNote(await response.text());
  return { size: Number(text.split('\n')[1]), signers: signatures.map(({ name }) => name) };
}
const witnessed = (size: number) =>
  eventually(`a witnessed checkpoint of ${size}`, async () => {
    const head = await shown();
    return head?.size === size && head.signers.length >= 3;
  });
const assurance = async () => {
  const body = JSON.stringify(patient('p', version));
  const verdict = (await (await system.post('/v1/verify', body)).json()) as { assurance: { log: string } };
  return verdict.assurance.log;
};
const outcome = (witness: number, word: string) =>
  system.workerMetric(`attestry_witness_requests_total{witness="w${witness}",outcome="${word}"}`);

describe('a log with two witnesses', () => {
  it('shows each checkpoint cosigned by both, and its evidence holds for who asks for both', async () => {
    await run('open');
    for (let size = 1; size <= 5; size += 1) {
      await grow();
      await witnessed(size);
    }
    await eventually('the verdict', async () => (await assurance()) === 'witnessed');
    const trust: Trust = {
      attestry: 1,
      logs: [system.keys.checkpointSigner.note.verifierKey],
      witnesses: witnesses.map(({ verifierKey }) => verifierKey),
      quorum: 2,
      ledgers: [],
    };
    for (let index = 0; index < 5; index += 1) {
      const evidence = parseEvidence(await (await system.get(`/v1/evidence/${index}`)).text());
      expect(checkEvidence(evidence, trust)).toMatchObject({ verified: true });
    }
    expect(await outcome(1, 'cosigned')).toBeGreaterThanOrEqual(1);
    expect(await system.workerMetric('attestry_witness_size{witness="w2"}')).toBe(5);
    expect(await system.workerMetric('attestry_witness_age_seconds{witness="w2"}')).toBeLessThan(30);
  });

  it('that is open goes on without one of them, and is witnessed once it is back', async () => {
    await run('open');
    await grow();
    await witnessed(1);
    await witnesses[1]!.kill();
    await grow();
    await eventually('the other cosignature', async () => (await shown())?.signers.length === 2);
    expect(await shown()).toMatchObject({
      size: 2,
      signers: expect.arrayContaining(['w1.example']) as string[],
    });
    expect(await assurance()).toBe('logged');
    await eventually('the failure', async () => (await outcome(2, 'unavailable')) > 0);
    await witnesses[1]!.start();
    await witnessed(2);
    await eventually('the verdict', async () => (await assurance()) === 'witnessed');
  });

  it('that is closed shows nothing without one of them, until it is back', async () => {
    await witnesses[1]!.kill();
    await run('closed');
    await grow();
    await eventually('the failure', async () => (await outcome(2, 'unavailable')) > 1);
    expect(await shown()).toBeUndefined();
    expect((await system.get('/v1/evidence/0')).status).toBe(404);
    await witnesses[1]!.start();
    await witnessed(1);
    expect((await system.get('/v1/evidence/0')).status).toBe(200);
    await witnesses[0]!.kill();
    await grow();
    await eventually('the failure', async () => (await outcome(1, 'unavailable')) > 0);
    expect(await shown()).toMatchObject({ size: 1 });
    expect((await system.get('/v1/evidence/0')).status).toBe(200);
    expect((await system.get('/v1/evidence/1')).status).toBe(404);
  });

  it('is not held up by a third that never answers', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const third = await TestWitness.start([system.keys.checkpointSigner.note.verifierKey], 'w3.example');
    const line = `witness w3 ${third.verifierKey} http://127.0.0.1:${port}\n`;
    await third.stop();
    try {
      await run('closed', `${line}group enough 2 w1 w2 w3\nquorum enough\n`, 60_000);
      const begun = Date.now();
      for (let size = 1; size <= 5; size += 1) {
        await grow();
        await witnessed(size);
      }
      expect(Date.now() - begun).toBeLessThan(20_000);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it.each([
    ['shorter', 2, 'ahead'],
    ['longer', 6, 'refused'],
  ])(
    'that was rolled back and goes on otherwise is cosigned by none, %s than before',
    async (_, size, word) => {
      await run('open');
      for (let grown = 1; grown <= 4; grown += 1) await grow();
      await witnessed(4);
      await system.end('worker');
      await system.database.empty();
      await system.declare(WARD);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      for (let grown = 0; grown < size; grown += 1) {
        version += 1;
        expect((await system.notify(patient('q', version))).ok).toBe(true);
      }
      await run('closed');
      await system.settled();
      for (const witness of [1, 2]) await eventually(word, async () => (await outcome(witness, word)) > 0);
      expect(await shown()).toBeUndefined();
      await run('open');
      expect((await shown())?.signers).toHaveLength(1);
    },
  );
});

describe('a policy', () => {
  it.each([
    ['none', '', 'POLICY.MALFORMED'],
    ['no quorum for a closed log', 'quorum none', 'WITNESSING.POLICY'],
    [
      'another log',
      'log log.example/attestry+a002037f+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\nquorum w1',
      'WITNESSING.POLICY',
    ],
    ['no such witness', 'quorum w3', 'POLICY.MALFORMED'],
  ])('that has %s stops the start', async (_, quorum, code) => {
    await expect(run('closed', quorum)).rejects.toMatchObject({ code });
  });

  it('that is not given stops the start', async () => {
    await expect(system.startWorker({ ATTESTRY_WITNESSING_MODE: 'open' })).rejects.toMatchObject({
      code: 'WITNESSING.POLICY',
    });
  });
});

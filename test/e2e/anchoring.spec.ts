import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { sql } from 'kysely';
import type { Hex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { checkEvidence, fromHex, parseEvidence, type Trust } from '#core';
import { confirmAnchor } from '#adapters/ledger-evm';
import type { AnchorState } from '#ports';
import { eventually } from '../support/eventually.js';
import { startRpcGate, type RpcGate } from '../support/rpc-gate.js';
import { startTestChain, type TestChain } from '../support/test-chain.js';
import { patient } from '../support/test-source.js';
import { TestSystem, type TestLedger } from '../support/test-system.js';

/** A job that failed for a while waits for a while. */
const PATIENCE_MS = 40_000;

let chain: TestChain;
let gate: RpcGate;
let system: TestSystem;
let origins = 0;

beforeAll(async () => {
  chain = await startTestChain();
  gate = await startRpcGate(chain.rpcUrl);
}, 60_000);
afterEach(async () => {
  gate.open();
  await system.stop();
});
afterAll(async () => {
  gate.close();
  await chain.stop();
});

/** A log that the chain has not seen yet, unless it is named. */
async function start(ledgers: readonly Partial<TestLedger>[], origin = newOrigin()): Promise<void> {
  const named = ledgers.map((ledger) => ({ name: 'chain', chain, rpcUrl: gate.url, ...ledger }));
  system = await TestSystem.start({ ledgers: named, origin });
}
const newOrigin = (): string => `anchoring.example/${(origins += 1)}`;

/** Has so many more record versions logged under one checkpoint or several. */
async function log(...ids: string[]): Promise<void> {
  for (const id of ids) await system.notify(patient(id, 1));
  await system.settled();
}

async function ledgersOf(id: string): Promise<Record<string, string>> {
  const verdict = await (await system.post('/v1/verify', JSON.stringify(patient(id, 1)))).json();
  const { log: logged, ledgers } = (
    verdict as { assurance: { log: string; ledgers: Record<string, string> } }
  ).assurance;
  expect(logged).toBe('logged');
  return ledgers;
}
const anchored = (id: string, ledger = 'chain'): Promise<boolean> =>
  eventually('the anchor', async () => (await ledgersOf(id))[ledger] === 'final', PATIENCE_MS);

interface AnchorRow {
  readonly state: AnchorState;
  readonly size: number;
  readonly reference: string;
  readonly prepared_at: Date;
}
async function anchors(): Promise<readonly AnchorRow[]> {
  const { rows } = await sql<AnchorRow>`
    select state, size, reference, prepared_at from anchor order by id`.execute(system.database.db);
  return rows;
}

/** Transactions of the account so far, in blocks or not. */
const sent = (): Promise<number> =>
  chain.client.getTransactionCount({ address: privateKeyToAddress(chain.privateKey), blockTag: 'pending' });

const failures = (code: string, ledger = 'chain'): Promise<number> =>
  system.workerMetric(`attestry_anchor_failures_total{ledger="${ledger}",code="${code}"}`);

describe('evidence', () => {
  it('carries the anchor, with a proof that the checkpoint shown has grown from it', async () => {
    await start([{}]);
    await log('p1', 'p2', 'p3');
    await anchored('p3');
    await log('p4', 'p5');
    await anchored('p5');
    const evidence = parseEvidence(await (await system.get('/v1/evidence/0')).text());
    expect(evidence.anchors).toMatchObject([{ ledger: 'chain', kind: 'evm', state: 'final' }]);
    const [anchor] = evidence.anchors;
    expect(anchor!.size).toBeLessThanOrEqual(3);
    expect(anchor!.consistency.length).toBeGreaterThan(0);

    const { chainId, contract } = chain;
    const trust: Trust = {
      attestry: 1,
      logs: [system.keys.checkpointSigner.note.verifierKey],
      witnesses: [],
      quorum: 0,
      ledgers: [{ kind: 'evm', chainId, contract }],
    };
    expect(checkEvidence(evidence, trust)).toMatchObject({
      verified: true,
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'anchor chain: checkpoint', status: 'passed' }),
        expect.objectContaining({ name: 'anchor chain: contract', status: 'passed' }),
      ]) as unknown,
    });
    for (const other of [{ chainId: chainId + 1 }, { contract: `0x${'1'.repeat(40)}` }]) {
      const ledgers = [{ kind: 'evm', chainId, contract, ...other }] as const;
      expect(checkEvidence(evidence, { ...trust, ledgers }).verified).toBe(false);
    }
    const moved = { ...anchor!, size: anchor!.size + 1 };
    expect(checkEvidence({ ...evidence, anchors: [moved] }, trust).verified).toBe(false);

    const origin = system.keys.checkpointSigner.note.name;
    const checkpoint = { origin, size: anchor!.size, root: fromHex(anchor!.root) };
    expect(await confirmAnchor(chain.rpcUrl, anchor!.facts, checkpoint)).toMatchObject({ confirmed: true });
  });
});

describe('a ledger that cannot be reached for a while', () => {
  it('holds up nothing, and is then brought up to date by one anchor', async () => {
    const before = await sent();
    gate.shut();
    await start([{}]);
    for (const id of ['p1', 'p2', 'p3', 'p4', 'p5']) await log(id);
    await eventually('attempts', () => gate.refused() > 1);
    expect(await ledgersOf('p5')).toEqual({});
    expect(await anchors()).toEqual([]);
    gate.open();
    await anchored('p5');
    expect(await anchors()).toMatchObject([{ state: 'final', size: 5 }]);
    expect(await sent()).toBe(before + 1);
    expect(await failures('LEDGER.UNAVAILABLE')).toBeGreaterThan(0);
  });

  it('just when a signed checkpoint was to be sent is sent that one, by the next worker', async () => {
    const before = await sent();
    gate.shut('eth_sendRawTransaction');
    await start([{}]);
    await log('p1');
    await eventually('the attempt to send', () => gate.refused() > 0);
    await system.end('worker');
    const [prepared, ...others] = await anchors();
    expect([prepared?.state, others, await sent()]).toEqual(['prepared', [], before]);

    gate.open();
    await system.startWorker();
    await anchored('p1');
    expect(await anchors()).toMatchObject([{ state: 'final', reference: prepared!.reference }]);
    expect(await sent()).toBe(before + 1);
  });

  it('when it had taken a checkpoint already is not sent it again', async () => {
    await start([{}]);
    await log('p1');
    await anchored('p1');
    await system.end('worker');
    const before = await sent();
    await sql`update anchor set state = 'prepared', facts = null`.execute(system.database.db);
    await system.startWorker();
    await anchored('p1');
    expect([await sent(), (await anchors()).length]).toEqual([before, 1]);
  });
});

describe('ledgers beside each other', () => {
  it('do not wait for one that is wrong, nor for one that never answers', async () => {
    const silent = createServer(() => undefined);
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { address } = await chain.newAccount();
    const rpcUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await start([{ name: 'silent', rpcUrl }, { name: 'wrong', contract: address }, { name: 'good' }]);
    await log('p1');
    await anchored('p1', 'good');
    await log('p2');
    await anchored('p2', 'good');
    await eventually('the failure', async () => (await failures('LEDGER.NO_CONTRACT', 'wrong')) > 0);
    expect(await ledgersOf('p2')).toEqual({ good: 'final' });
    const evidence = parseEvidence(await (await system.get('/v1/evidence/1')).text());
    expect(evidence.anchors.map(({ ledger }) => ledger)).toEqual(['good']);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});

describe('a log that was rolled back', () => {
  it('is told by its ledger, which takes nothing of it any more, and goes on by itself', async () => {
    const origin = newOrigin();
    await start([{}], origin);
    await log('p1', 'p2', 'p3');
    await anchored('p3');
    await system.stop();
    const before = await sent();

    await start([{}], origin);
    await log('other-1');
    await eventually('the refusal', async () => (await failures('ANCHOR.LEDGER_AHEAD')) > 0);
    await log('other-2', 'other-3', 'other-4', 'other-5');
    await eventually('another', async () => (await failures('LEDGER.REFUSED')) > 0, PATIENCE_MS);
    expect(await system.checkpoint()).toMatchObject({ size: 5 });
    expect(await ledgersOf('other-5')).toEqual({});
    expect(parseEvidence(await (await system.get('/v1/evidence/4')).text()).anchors).toEqual([]);
    expect(await sent()).toBe(before);
  });
});

describe('an anchor that its chain undoes', () => {
  let slow: TestChain;
  beforeAll(async () => {
    slow = await startTestChain('on-demand');
  }, 60_000);
  afterAll(() => slow.stop());

  const is = (state: string): Promise<boolean> =>
    eventually(`an anchor that is ${state}`, async () => (await ledgersOf('p1'))['chain'] === state);
  const factsOf = async (): Promise<unknown> =>
    parseEvidence(await (await system.get('/v1/evidence/0')).text()).anchors[0]?.facts;
  const blockOfTransaction = async (): Promise<unknown> => {
    const [{ reference } = { reference: '' }] = await anchors();
    const { blockHash } = await slow.client.getTransactionReceipt({ hash: reference as Hex });
    return { blockHash, transaction: reference };
  };

  it('is not claimed while it is gone, and claimed where it is found again', async () => {
    await start([{ chain: slow, rpcUrl: slow.rpcUrl, confirmations: 3 }]);
    const before = await slow.client.snapshot();
    await log('p1');
    await is('submitted');
    await slow.client.mine({ blocks: 1 });
    await is('included');
    const first = await blockOfTransaction();
    expect(await factsOf()).toMatchObject(first as object);

    await slow.client.revert({ id: before });
    // Or else the new block could be the old one again.
    await slow.client.increaseTime({ seconds: 60 });
    await is('submitted');
    expect(await factsOf()).toBeUndefined();
    await slow.client.mine({ blocks: 2 });
    await is('included');
    const second = await blockOfTransaction();
    expect(second).not.toEqual(first);
    expect(await factsOf()).toMatchObject(second as object);
    await slow.client.mine({ blocks: 1 });
    await is('final');
    expect(await anchors()).toHaveLength(1);
  });
});

describe('the pace of a ledger', () => {
  it('is kept, however often the log grows', async () => {
    const intervalMs = 800;
    await start([{ intervalMs }]);
    let logged = 0;
    await eventually('three anchors', async () => {
      await log(`p${(logged += 1)}`);
      return (await anchors()).length >= 3;
    });
    const prepared = (await anchors()).map(({ prepared_at: at }) => at.getTime());
    for (let at = 1; at < prepared.length; at += 1)
      expect(prepared[at]! - prepared[at - 1]!).toBeGreaterThanOrEqual(intervalMs);
    expect(logged).toBeGreaterThan(prepared.length);
  });
});

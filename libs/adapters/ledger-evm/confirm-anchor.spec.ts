import { zeroAddress } from 'viem';
import type { AnchorFacts, AnchorStatus } from '#ports';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { testLog } from '../../../test/support/test-log.js';
import { confirmAnchor, deployRegistry, EvmLedger } from './index.js';

const OTHER_HASH = `0x${'ab'.repeat(32)}`;

describe('confirmAnchor', () => {
  const log = testLog(30);
  const checkpoint = log.checkpoint(9);
  let chain: TestChain;
  let ledger: EvmLedger;
  let facts: AnchorFacts;
  const confirm = (over: AnchorFacts = {}, claim = checkpoint) =>
    confirmAnchor(chain.rpcUrl, { ...facts, ...over }, claim);
  const doubt = async (over: AnchorFacts = {}, claim = checkpoint) => {
    const answer = await confirm(over, claim);
    return answer.confirmed ? 'confirmed' : answer.code;
  };

  beforeAll(async () => {
    chain = await startTestChain('on-demand');
    const { rpcUrl, contract, privateKey } = chain;
    ledger = new EvmLedger({ name: 'test', rpcUrl, contract, privateKey, confirmations: 1, intervalMs: 0 });
    facts = await anchor(9, []);
  });
  afterAll(async () => chain.stop());

  async function anchor(size: number, proof: readonly Uint8Array[]): Promise<AnchorFacts> {
    const prepared = await ledger.prepare(log.checkpoint(size), proof);
    await ledger.submit(prepared);
    await chain.client.mine({ blocks: 1 });
    const status: AnchorStatus = await ledger.status(prepared);
    if (status.state !== 'final') throw new Error(`not final but ${status.state}`);
    return status.facts;
  }

  it('confirms an anchor and counts the blocks from its own on', async () => {
    expect(await confirm()).toEqual({ confirmed: true, confirmations: 1 });
    await chain.client.mine({ blocks: 2 });
    expect(await confirm()).toEqual({ confirmed: true, confirmations: 3 });
    // Of the facts, only what identifies counts: not the case of letters, nor what else is said.
    const upper = (text: unknown) => `0x${String(text).slice(2).toUpperCase()}`;
    expect(
      await doubt({ contract: upper(facts['contract']), blockHash: upper(facts['blockHash']), note: 'x' }),
    ).toBe('confirmed');
  });

  it('says what is wrong with the facts', async () => {
    expect(await doubt({ chainId: 1 })).toBe('ANCHOR.WRONG_CHAIN');
    expect(await doubt({ transaction: OTHER_HASH })).toBe('ANCHOR.NO_TRANSACTION');
    expect(await doubt({ block: Number(facts['block']) + 1 })).toBe('ANCHOR.OTHER_BLOCK');
    expect(await doubt({ blockHash: OTHER_HASH })).toBe('ANCHOR.OTHER_BLOCK');
    expect(await doubt({ contract: zeroAddress })).toBe('ANCHOR.NO_EVENT');
  });

  it('says when the contract accepted another checkpoint', async () => {
    expect(await doubt({}, { ...checkpoint, origin: 'other.example' })).toBe('ANCHOR.OTHER_CHECKPOINT');
    expect(await doubt({}, { ...checkpoint, size: 10 })).toBe('ANCHOR.OTHER_CHECKPOINT');
    expect(await doubt({}, { ...checkpoint, root: log.checkpoint(8).root })).toBe('ANCHOR.OTHER_CHECKPOINT');
    const later = await anchor(20, log.proof(9, 20));
    expect(await doubt(later)).toBe('ANCHOR.OTHER_CHECKPOINT');
    expect(await doubt(later, log.checkpoint(20))).toBe('confirmed');
  });

  it('believes no other contract that emits the same event', async () => {
    const { rpcUrl, privateKey } = chain;
    const mining = setInterval(() => void chain.client.mine({ blocks: 1 }), 20);
    const { contract } = await deployRegistry({ rpcUrl, privateKey });
    clearInterval(mining);
    expect(await doubt({ contract })).toBe('ANCHOR.NO_EVENT');
  });

  it('does not confirm a transaction that was reverted', async () => {
    const { rpcUrl, contract } = chain;
    const { privateKey } = await chain.newSubmitter();
    const fast = new EvmLedger({
      name: 'fast',
      rpcUrl,
      contract,
      privateKey,
      confirmations: 1,
      intervalMs: 0,
    });
    const slow = await ledger.prepare(log.checkpoint(25), log.proof(20, 25));
    const first = await fast.prepare(log.checkpoint(25), log.proof(20, 25));
    await fast.submit(first);
    await chain.client.mine({ blocks: 1 });
    await ledger.submit(slow);
    await chain.client.mine({ blocks: 1 });
    expect(await doubt({ transaction: slow.reference }, log.checkpoint(25))).toBe('ANCHOR.REVERTED');
  });

  it.each([
    ['no facts', {}],
    ['a chain id in words', { chainId: 'one' }],
    ['a block in hexadecimal', { block: '0x1' }],
    ['a short transaction hash', { transaction: '0x12' }],
    ['a contract that is none', { contract: 'https://example.org' }],
  ])('takes facts for malformed without asking the chain: %s', async (_, over) => {
    const claimed: AnchorFacts = Object.keys(over).length > 0 ? { ...facts, ...over } : {};
    expect(await confirmAnchor('http://127.0.0.1:1/', claimed, checkpoint)).toMatchObject({
      confirmed: false,
      code: 'ANCHOR.MALFORMED',
    });
  });

  it('throws when the chain cannot be asked', async () => {
    await expect(confirmAnchor('http://127.0.0.1:1/?key=secret', facts, checkpoint)).rejects.toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      advice: 'retry',
    });
  });
});

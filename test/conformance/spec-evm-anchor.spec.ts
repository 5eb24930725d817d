import { privateKeyToAccount } from 'viem/accounts';
import { originHash } from '#adapters/ledger-evm';
import { startTestChain, type TestChain } from '../support/test-chain.js';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/evm-anchor.md', () => {
  const example = examplesOf('evm-anchor.md');
  const log = examplesOf('log.md');
  const words = (name: string) => linesOf(example(name));
  let chain: TestChain;
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(async () => chain.stop());

  /** Sends the bytes of the page as they are. */
  async function call(name: string) {
    const hash = await chain.client.sendTransaction({
      account: privateKeyToAccount(chain.privateKey),
      to: chain.contract,
      data: `0x${words(name).join('')}`,
      chain: null,
    });
    return chain.client.waitForTransactionReceipt({ hash, pollingInterval: 20, checkReplacement: false });
  }

  it('name the log by the SHA-256 of its origin', () => {
    const [hash] = words('origin-hash');
    expect(originHash('log.example/records')).toBe(`0x${hash!}`);
    expect([words('submit-3')[1], words('submit-5')[1], words('event-5')[1]]).toEqual([hash, hash, hash]);
  });

  it('carry the roots and the proof of the example log', () => {
    const [, three, five] = linesOf(log('roots'));
    expect(words('submit-3')[3]).toBe(three);
    expect(words('submit-5')[3]).toBe(five);
    expect(words('submit-5').slice(6)).toEqual(linesOf(log('consistency-3-to-5')));
  });

  it('are what the contract takes and answers, in this order only', async () => {
    await expect(call('submit-5')).rejects.toThrow('reverted');
    expect((await call('submit-3')).status).toBe('success');
    const { status, logs } = await call('submit-5');
    expect(status).toBe('success');
    expect(logs).toHaveLength(1);
    const { topics, data } = logs[0]!;
    const answered = [...topics.map((topic) => topic.slice(2)), ...data.slice(2).match(/.{64}/g)!];
    expect(answered).toEqual(words('event-5'));
    await expect(call('submit-3')).rejects.toThrow('reverted');
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { keccak256, parseEther, parseTransaction, toHex, zeroAddress, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { PortError, PreparedAnchor } from '#ports';
import { ledgerContract } from '../../../test/contracts/ledger.contract.js';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { testLog } from '../../../test/support/test-log.js';
import { EvmLedger, type EvmLedgerOptions } from './index.js';

const NOWHERE = 'http://127.0.0.1:1/?key=secret-of-the-node';

/** A way to a local port that is closed at first, and opens and closes when told to. */
async function intermittent(target: number) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((inner) => {
    const outer = connect(target, '127.0.0.1');
    for (const socket of [inner, outer]) sockets.add(socket.on('error', () => socket.destroy()));
    inner.pipe(outer).pipe(inner);
  });
  const listen = async (port: number) => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const go = async () => {
    const closed = once(server.close(), 'close');
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  await go();
  return { url: `http://127.0.0.1:${port}`, come: () => listen(port), go };
}

const ledgerOn = (chain: TestChain, over: Partial<EvmLedgerOptions> = {}) =>
  new EvmLedger({
    name: 'test-chain',
    rpcUrl: chain.rpcUrl,
    contract: chain.contract,
    privateKey: chain.privateKey,
    chainId: chain.chainId,
    confirmations: 2,
    intervalMs: 1000,
    ...over,
  });

ledgerContract('EvmLedger', async () => {
  const chain = await startTestChain();
  return {
    connect: () => ledgerOn(chain),
    unreachable: () => ledgerOn(chain, { rpcUrl: NOWHERE }),
    stop: () => chain.stop(),
  };
});

describe('EvmLedger', () => {
  let chain: TestChain;
  const log = testLog(30);
  let origins = 0;
  const newOrigin = () => `log.example/${++origins}`;
  const prepared = (ledger: EvmLedger, origin = newOrigin()) => ledger.prepare(log.checkpoint(9, origin), []);
  const refusal = (action: Promise<unknown>): Promise<PortError> =>
    action.then(
      () => Promise.reject(new Error('it was not refused')),
      (error: unknown) => error as PortError,
    );
  const transactionOf = ({ payload }: PreparedAnchor) => parseTransaction(toHex(payload));
  /** Another transaction of the ledger's own account, by its next nonce unless told. */
  const sendOther = async (transaction: { to: Hex }) => {
    const account = privateKeyToAccount(chain.privateKey);
    const raw = await account.signTransaction({
      nonce: await chain.client.getTransactionCount({ address: account.address }),
      chainId: chain.chainId,
      maxFeePerGas: parseEther('100', 'gwei'),
      maxPriorityFeePerGas: parseEther('50', 'gwei'),
      gas: 200_000n,
      ...transaction,
    });
    await chain.client.sendRawTransaction({ serializedTransaction: raw });
  };

  beforeAll(async () => (chain = await startTestChain('on-demand')));
  afterAll(async () => chain.stop());

  it('signs an EIP-1559 transaction with room for rising fees, and calls it by its hash', async () => {
    const anchor = await prepared(ledgerOn(chain));
    const { baseFeePerGas } = await chain.client.getBlock();
    const transaction = transactionOf(anchor);
    expect(anchor.reference).toBe(keccak256(anchor.payload));
    expect(transaction).toMatchObject({ type: 'eip1559', chainId: chain.chainId });
    expect(transaction.to?.toLowerCase()).toBe(chain.contract.toLowerCase());
    expect(transaction.maxFeePerGas! - transaction.maxPriorityFeePerGas!).toBe(3n * baseFeePerGas!);
  });

  it('tells submitted, included and final apart', async () => {
    const ledger = ledgerOn(chain, { confirmations: 3 });
    const anchor = await prepared(ledger);
    await ledger.submit(anchor);
    expect(await ledger.status(anchor)).toEqual({ state: 'submitted' });
    await chain.client.mine({ blocks: 1 });
    const included = await ledger.status(anchor);
    const block = await chain.client.getBlock();
    expect(included).toEqual({
      state: 'included',
      facts: {
        chainId: chain.chainId,
        contract: chain.contract,
        transaction: anchor.reference,
        block: Number(block.number),
        blockHash: block.hash,
      },
    });
    await chain.client.mine({ blocks: 1 });
    expect(await ledger.status(anchor)).toEqual(included);
    await chain.client.mine({ blocks: 1 });
    expect(await ledger.status(anchor)).toEqual({ ...included, state: 'final' });
  });

  it('waits for the finalized block where told to', async () => {
    const ledger = ledgerOn(chain, { confirmations: 'finalized' });
    const anchor = await prepared(ledger);
    await ledger.submit(anchor);
    await chain.client.mine({ blocks: 5 });
    expect(await ledger.status(anchor)).toMatchObject({ state: 'included' });
    await chain.client.mine({ blocks: 80 });
    expect(await ledger.status(anchor)).toMatchObject({ state: 'final' });
  });

  it('sees that a transaction was dropped, and sends the same again', async () => {
    const ledger = ledgerOn(chain);
    const anchor = await prepared(ledger);
    await ledger.submit(anchor);
    await chain.client.dropTransaction({ hash: anchor.reference as Hex });
    expect(await ledger.status(anchor)).toEqual({ state: 'unknown' });
    await ledger.submit(anchor);
    await chain.client.mine({ blocks: 2 });
    expect(await ledger.status(anchor)).toMatchObject({ state: 'final' });
  });

  it('sees that a block was undone, and that its transaction is in another one later', async () => {
    const ledger = ledgerOn(chain, { confirmations: 3 });
    const anchor = await prepared(ledger);
    await ledger.submit(anchor);
    await chain.client.mine({ blocks: 2 });
    const undone = (await chain.client.getTransactionReceipt({ hash: anchor.reference as Hex })).blockHash;
    expect(await ledger.status(anchor)).toMatchObject({ state: 'included', facts: { blockHash: undone } });
    await chain.client.request({ method: 'anvil_reorg', params: [2, []] } as never);
    expect(['unknown', 'submitted']).toContain((await ledger.status(anchor)).state);
    await ledger.submit(anchor);
    await chain.client.mine({ blocks: 3 });
    const after = await ledger.status(anchor);
    expect(after).toMatchObject({ state: 'final', facts: { transaction: anchor.reference } });
    expect(after).not.toMatchObject({ facts: { blockHash: undone } });
  });

  it('fails what was reverted: a checkpoint that another submitter overtook', async () => {
    const origin = newOrigin();
    const other = await chain.newSubmitter();
    const [slow, fast] = [ledgerOn(chain), ledgerOn(chain, { privateKey: other.privateKey })];
    const anchor = await prepared(slow, origin);
    const overtaking = await fast.prepare(log.checkpoint(20, origin), []);
    await fast.submit(overtaking);
    await chain.client.mine({ blocks: 1 });
    await slow.submit(anchor);
    await chain.client.mine({ blocks: 1 });
    expect(await slow.status(anchor)).toEqual({ state: 'failed', code: 'LEDGER.REVERTED' });
    expect(await slow.latest(origin)).toMatchObject({ size: 20 });
  });

  it('fails what can never be mined: its nonce went to another transaction', async () => {
    const ledger = ledgerOn(chain);
    const anchor = await prepared(ledger);
    await sendOther({ to: zeroAddress });
    await chain.client.mine({ blocks: 1 });
    expect(await ledger.status(anchor)).toEqual({ state: 'failed', code: 'LEDGER.NONCE_USED' });
    expect(await refusal(ledger.submit(anchor))).toMatchObject({ code: 'LEDGER.NONCE_USED', advice: 'stop' });
  });

  it('gives a transaction prepared anew the nonce of the one that is stuck: never both are mined', async () => {
    const ledger = ledgerOn(chain);
    const origin = newOrigin();
    const stuck = await prepared(ledger, origin);
    await ledger.submit(stuck);
    const anew = await ledger.prepare(log.checkpoint(12, origin), []);
    expect(transactionOf(anew).nonce).toBe(transactionOf(stuck).nonce);
    // The node keeps the one it has, as the fee is no higher: a reason to wait, not to give up.
    expect(await refusal(ledger.submit(anew))).toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      advice: 'slow-down',
    });
    await chain.client.mine({ blocks: 2 });
    expect(await ledger.status(stuck)).toMatchObject({ state: 'final' });
    expect(await ledger.status(anew)).toEqual({ state: 'failed', code: 'LEDGER.NONCE_USED' });
  });

  it('says what is wrong with its configuration', async () => {
    const stranger = await chain.newAccount();
    const cases: [Partial<EvmLedgerOptions>, string, string][] = [
      [{ chainId: 1 }, 'LEDGER.WRONG_CHAIN', 'the node is of chain 31337, not of 1'],
      [
        { contract: zeroAddress },
        'LEDGER.NO_CONTRACT',
        `no CheckpointRegistry at ${zeroAddress} of chain 31337`,
      ],
      [
        { privateKey: stranger.privateKey },
        'LEDGER.REFUSED',
        'the account may not submit: grant it SUBMITTER_ROLE',
      ],
    ];
    for (const [over, code, message] of cases)
      expect(await refusal(prepared(ledgerOn(chain, over)))).toMatchObject({ code, message, advice: 'stop' });
    expect(() => ledgerOn(chain, { privateKey: '0x1234' })).toThrow('not a secp256k1 key');
    expect(() => ledgerOn(chain, { privateKey: `0x${'0'.repeat(64)}` })).toThrow('not a secp256k1 key');

    const poor = await chain.newSubmitter(0n);
    const ledger = ledgerOn(chain, { privateKey: poor.privateKey });
    expect(await refusal(prepared(ledger).then((anchor) => ledger.submit(anchor)))).toMatchObject({
      code: 'LEDGER.UNFUNDED',
      advice: 'slow-down',
    });
  });

  it('goes on by itself when the node comes, goes and comes again', async () => {
    const node = await intermittent(Number(new URL(chain.rpcUrl).port));
    const ledger = ledgerOn(chain, { rpcUrl: node.url });
    const origin = newOrigin();
    expect(await refusal(ledger.latest(origin))).toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      advice: 'retry',
    });
    await node.come();
    const anchor = await prepared(ledger, origin);
    await node.go();
    expect(await refusal(ledger.submit(anchor))).toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      advice: 'retry',
    });
    expect(await refusal(ledger.status(anchor))).toMatchObject({ code: 'LEDGER.UNAVAILABLE' });
    await node.come();
    expect(await ledger.status(anchor)).toEqual({ state: 'unknown' });
    await ledger.submit(anchor);
    await chain.client.mine({ blocks: 2 });
    expect(await ledger.status(anchor)).toMatchObject({ state: 'final' });
    await node.go();
  });

  it.each([
    [401, 'LEDGER.REFUSED', 'stop'],
    [429, 'LEDGER.UNAVAILABLE', 'slow-down'],
    [503, 'LEDGER.UNAVAILABLE', 'retry'],
    [200, 'LEDGER.UNAVAILABLE', 'retry'],
  ])(
    'answers a node that says %i with %s (%s), and tells neither its URL nor its words',
    async (status, code, advice) => {
      const server: Server = createServer((_, response) =>
        response.writeHead(status).end('<html>secret-words</html>'),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      try {
        const error = await refusal(
          ledgerOn(chain, { rpcUrl: `http://127.0.0.1:${port}/?key=secret-key` }).latest('any'),
        );
        expect(error).toMatchObject({ code, advice });
        expect(`${error.stack} ${String(error.cause)}`).not.toMatch(/secret|127\.0\.0\.1/);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
  );
});

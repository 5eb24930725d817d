import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keccak256, parseEther, zeroAddress, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { isAlive } from '#platform';
import { chainClient } from './chain-client.js';
import { EmbeddedAnvil, type EmbeddedAnvilOptions } from './index.js';

const NEVER_MS = 3_600_000;
/** The first account of the mnemonic that every development chain uses, and every thief knows. */
const WELL_KNOWN = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';

describe('EmbeddedAnvil', () => {
  let folder: string;
  const running: { stop(): unknown }[] = [];

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'attestry-anvil-'))));
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
    await rm(folder, { recursive: true });
  });

  async function start(over: Partial<EmbeddedAnvilOptions> = {}): Promise<EmbeddedAnvil> {
    const anvil = await EmbeddedAnvil.start({ folder, port: 0, blockTimeMs: 20, ...over });
    running.push(anvil);
    return anvil;
  }
  const clientOf = ({ rpcUrl }: EmbeddedAnvil) => chainClient(rpcUrl);
  const balanceOf = (anvil: EmbeddedAnvil, address: Hex) => clientOf(anvil).getBalance({ address });
  const nonceOf = (anvil: EmbeddedAnvil) =>
    clientOf(anvil).getTransactionCount({ address: anvil.account.address });

  async function signed(anvil: EmbeddedAnvil, nonce: number): Promise<{ raw: Hex; hash: Hex }> {
    const raw = await privateKeyToAccount(anvil.account.privateKey).signTransaction({
      ...{ chainId: anvil.chainId, nonce, to: zeroAddress, gas: 21_000n },
      ...{ maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n },
    });
    return { raw, hash: keccak256(raw) };
  }
  async function send(anvil: EmbeddedAnvil, nonce: number): Promise<Hex> {
    const { raw } = await signed(anvil, nonce);
    return clientOf(anvil).sendRawTransaction({ serializedTransaction: raw });
  }
  async function mined(anvil: EmbeddedAnvil, hash: Hex) {
    return clientOf(anvil).waitForTransactionReceipt({ hash, pollingInterval: 10, checkReplacement: false });
  }
  async function untilBlock(anvil: EmbeddedAnvil, block: bigint): Promise<void> {
    while ((await clientOf(anvil).getBlockNumber({ cacheTime: 0 })) < block) await delay(5);
  }
  async function killed(anvil: EmbeddedAnvil): Promise<void> {
    process.kill(anvil.pid, 'SIGKILL');
    await anvil.exited;
  }
  /** Runs the folder's chain in a process of its own, which says where. */
  async function supervisor(): Promise<{ process: ChildProcess; port: number; pid: number }> {
    const script = `
      const { EmbeddedAnvil } = await import('#adapters/embedded-anvil');
      const anvil = await EmbeddedAnvil.start({ folder: process.argv[1], port: 0, blockTimeMs: 20 });
      console.log(JSON.stringify({ port: anvil.port, pid: anvil.pid }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push({ stop: () => child.kill('SIGKILL') });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { process: child, ...(JSON.parse(line.toString()) as { port: number; pid: number }) };
  }

  it('runs a chain on loopback, with money on an account of its own and on no other', async () => {
    const anvil = await start();
    expect(await clientOf(anvil).getChainId()).toBe(31_337);
    expect(await balanceOf(anvil, anvil.account.address)).toBe(parseEther('1000'));
    expect(await balanceOf(anvil, WELL_KNOWN)).toBe(0n);
    expect((await stat(anvil.account.keyFile)).mode & 0o777).toBe(0o600);
    expect((await readFile(anvil.account.keyFile, 'utf8')).trim()).toBe(anvil.account.privateKey);
    const elsewhere = connect(anvil.port, '127.0.0.2');
    await expect(once(elsewhere, 'connect')).rejects.toThrow();
  });

  it('takes the wanted port, or a free one when it is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      const anvil = await start({ port });
      expect(anvil.port).not.toBe(port);
      expect(await clientOf(anvil).getChainId()).toBe(31_337);
      await anvil.stop();
    } finally {
      taken.close();
      await once(taken, 'close');
    }
    expect((await start({ port })).port).toBe(port);
  });

  it('makes blocks while there is something to settle, and then rests', async () => {
    const anvil = await start({ settlingBlocks: 3 });
    const { blockNumber } = await mined(anvil, await send(anvil, 0));
    await untilBlock(anvil, blockNumber + 3n);
    await delay(200);
    expect(await clientOf(anvil).getBlockNumber({ cacheTime: 0 })).toBe(blockNumber + 3n);
  });

  it('goes on after a stop where it was: account, nonces, blocks and receipts', async () => {
    const first = await start({ chainId: 4242 });
    const before = await mined(first, await send(first, 0));
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    await first.stop();

    const second = await start({ chainId: 4242 });
    expect(second.account).toEqual(first.account);
    expect(await nonceOf(second)).toBe(1);
    expect(await mined(second, before.transactionHash)).toEqual(before);
    expect((await clientOf(second).getBlock({ blockNumber: before.blockNumber })).hash).toBe(
      before.blockHash,
    );
    const after = await mined(second, await send(second, 1));
    expect(after.blockNumber).toBeGreaterThan(before.blockNumber);
  });

  it('keeps, when killed at once, every block that has another one on top', async () => {
    for (let nonce = 0; nonce < 5; nonce++) {
      const anvil = await start();
      const before = await mined(anvil, await send(anvil, nonce));
      await untilBlock(anvil, before.blockNumber + 1n);
      await killed(anvil);
      const again = await start();
      expect(await mined(again, before.transactionHash)).toEqual(before);
      await again.stop();
    }
  });

  it('loses, when killed, what waited for a block: sending the same again makes it whole', async () => {
    const anvil = await start({ blockTimeMs: NEVER_MS });
    const transaction = await signed(anvil, 0);
    await clientOf(anvil).sendRawTransaction({ serializedTransaction: transaction.raw });
    await killed(anvil);
    const again = await start();
    expect(await nonceOf(again)).toBe(0);
    await expect(clientOf(again).getTransaction({ hash: transaction.hash })).rejects.toThrow(
      'could not be found',
    );
    await clientOf(again).sendRawTransaction({ serializedTransaction: transaction.raw });
    expect((await mined(again, transaction.hash)).status).toBe('success');
  });

  it('never trusts half a snapshot, and says so when the snapshot is broken', async () => {
    const anvil = await start();
    const before = await mined(anvil, await send(anvil, 0));
    await anvil.stop();
    // A kill in the middle of saving leaves this behind.
    await writeFile(join(folder, 'state.json.next'), '{"block":{"numb');
    const again = await start();
    expect(await mined(again, before.transactionHash)).toEqual(before);
    await again.stop();
    await writeFile(join(folder, 'state.json'), '{"block":{"numb');
    await expect(start()).rejects.toMatchObject({
      code: 'ANVIL.NOT_STARTED',
      message: expect.stringMatching(/state/i) as string,
    });
  });

  it('is one at a time: refused beside a live supervisor, the heir of a killed one', async () => {
    const first = await supervisor();
    await expect(start()).rejects.toMatchObject({ code: 'ANVIL.IN_USE', advice: 'stop' });

    const orphan = chainClient(`http://127.0.0.1:${first.port}`);
    const other = await start({ folder: join(folder, 'other') });
    expect(other.account.privateKey).not.toBe((await readFile(join(folder, 'account.key'), 'utf8')).trim());

    first.process.kill('SIGKILL');
    await once(first.process, 'close');
    expect(isAlive(first.pid)).toBe(true);
    await orphan.mine({ blocks: 7 });
    const blocks = await orphan.getBlockNumber({ cacheTime: 0 });
    const heir = await start();
    expect(isAlive(first.pid)).toBe(false);
    expect(await clientOf(heir).getBlockNumber({ cacheTime: 0 })).toBeGreaterThanOrEqual(blocks);
  });

  it('leaves alone a process that only has the number of the chain that ended', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    running.push({ stop: () => stranger.kill() });
    const other = await start({ folder: join(folder, 'other') });
    const record = { pid: stranger.pid, port: other.port, supervisor: 1 };
    await writeFile(join(folder, 'anvil.json'), JSON.stringify(record));
    await start();
    expect(isAlive(stranger.pid!)).toBe(true);
    expect(isAlive(other.pid)).toBe(true);
  });
});

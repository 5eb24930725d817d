import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseEther } from 'viem';
import { LOOPBACK, startAnvil, type AnvilProcess } from './anvil-process.js';
import { chainAccount, type ChainAccount } from './chain-account.js';
import { chainClient, type ChainClient } from './chain-client.js';
import { savedChain, saveChain } from './chain-snapshot.js';
import { endPrevious, noteRunning, noteStopped } from './previous-anvil.js';

export interface EmbeddedAnvilOptions {
  /** Everything of this chain: its snapshot, its account's key. Made when absent. */
  readonly folder: string;
  /** Wanted port; another free one is taken when it is not free. Default 8545. */
  readonly port?: number;
  /** Default 31337. */
  readonly chainId?: number;
  /** How long a transaction waits for its block at most. Default 1000. */
  readonly blockTimeMs?: number;
  /** How many empty blocks follow one with transactions, so that it can become final. Default 4. */
  readonly settlingBlocks?: number;
}

const DEFAULTS = { port: 8545, chainId: 31_337, blockTimeMs: 1_000, settlingBlocks: 4 };
const FUNDS = parseEther('1000');

/**
 * A real EVM node in a process of its own, on loopback only: anvil, as npm installs it.
 *
 * Blocks are made every `blockTimeMs` while transactions wait or settle, and not otherwise: a chain that nobody uses
 * does not grow. A block with transactions is on disk before the next one is made, so what has a confirmation on top
 * survives `kill -9`. A killed chain loses at most its newest block and the transactions that waited for one: those
 * who stored what they signed send it again, and the chain that was restored accepts it, or knows it.
 */
export class EmbeddedAnvil {
  readonly rpcUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended, whether {@link stop} was called or not. */
  readonly exited: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly blocks: Promise<void>;

  private constructor(
    private readonly options: Required<EmbeddedAnvilOptions>,
    readonly account: ChainAccount,
    private readonly anvil: AnvilProcess,
    private readonly client: ChainClient,
  ) {
    ({ pid: this.pid, port: this.port, exited: this.exited } = anvil);
    this.rpcUrl = urlOf(anvil);
    void this.exited.then(() => this.stopping.abort());
    this.blocks = this.makeBlocks();
  }

  get chainId(): number {
    return this.options.chainId;
  }

  /** Starts the folder's chain where it was left. Throws PortError ANVIL.NO_BINARY, ANVIL.NOT_STARTED, ANVIL.IN_USE. */
  static async start(given: EmbeddedAnvilOptions): Promise<EmbeddedAnvil> {
    const options = { ...DEFAULTS, ...given };
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const account = await chainAccount(options.folder);
    await endPrevious(options.folder, account.address);
    const anvil = await startAnvil(options.port, anvilArguments(options));
    try {
      await noteRunning(options.folder, anvil);
      const client = chainClient(urlOf(anvil));
      await client.setBalance({ address: account.address, value: FUNDS });
      return new EmbeddedAnvil(options, account, anvil, client);
    } catch (error) {
      await anvil.stop();
      throw error;
    }
  }

  /** Saves the chain and ends the process. Harmless when it has ended already. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.blocks;
    await this.anvil.stop();
    await noteStopped(this.options.folder);
  }

  private async makeBlocks(): Promise<void> {
    // What was mined before a restart may still need blocks on top.
    const { settlingBlocks, blockTimeMs } = this.options;
    let settling = settlingBlocks;
    try {
      while (!this.stopping.signal.aborted) {
        const { pending } = await this.client.getTxpoolStatus();
        if (pending > 0 || settling > 0) settling = (await this.makeBlock()) ? settlingBlocks : settling - 1;
        await delay(blockTimeMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
      await saveChain(this.options.folder, this.client);
    } catch {
      // The process is gone, or does not answer: without blocks it is of no use, so that `exited` tells the truth.
      await this.anvil.stop();
    }
  }

  /** Makes one block, and saves the chain if it holds a transaction. Answers whether it does. */
  private async makeBlock(): Promise<boolean> {
    await this.client.mine({ blocks: 1 });
    const { transactions } = await this.client.getBlock();
    if (transactions.length > 0) await saveChain(this.options.folder, this.client);
    return transactions.length > 0;
  }
}

function anvilArguments({ folder, chainId }: Required<EmbeddedAnvilOptions>): string[] {
  const state = savedChain(folder);
  return [
    ...['--chain-id', String(chainId), '--no-mining', '--accounts', '0', '--no-cors'],
    // Old states are asked for by calls that overlap with a new block, and by nobody else; without these flags anvil
    // keeps them all, in memory and in the user's home.
    ...['--prune-history', '64', '--cache-path', join(folder, 'cache')],
    ...(state ? ['--load-state', state] : []),
  ];
}

function urlOf({ port }: AnvilProcess): string {
  return `http://${LOOPBACK}:${port}`;
}

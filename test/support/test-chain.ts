import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestClient, http, parseEther, publicActions, type Address, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { EmbeddedAnvil } from '#adapters/embedded-anvil';
import { deployRegistry } from '#adapters/ledger-evm';

// So long that no block comes but those a test asks for.
const NEVER_MS = 3_600_000;

/** A real chain of one's own with a CheckpointRegistry on it. */
export interface TestChain {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly contract: Address;
  /** Of the account that is the registry's admin and submitter. */
  readonly privateKey: Hex;
  /** Makes blocks, drops transactions, rewinds the chain. */
  readonly client: ReturnType<typeof testClient>;
  /** The key of a new account, with money but without roles. */
  newAccount(balance?: bigint): Promise<{ privateKey: Hex; address: Address }>;
  stop(): Promise<void>;
}

/** @param blocks `quick`: every 20 ms while transactions wait; `on-demand`: by `client.mine` only */
export async function startTestChain(blocks: 'quick' | 'on-demand' = 'quick'): Promise<TestChain> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-chain-'));
  const anvil = await EmbeddedAnvil.start({
    folder,
    port: 0,
    blockTimeMs: blocks === 'quick' ? 20 : NEVER_MS,
  });
  const { privateKey } = anvil.account;
  const client = testClient(anvil.rpcUrl);
  const mining = blocks === 'quick' ? undefined : setInterval(() => void client.mine({ blocks: 1 }), 50);
  const { contract, chainId } = await deployRegistry({ rpcUrl: anvil.rpcUrl, privateKey });
  clearInterval(mining);
  return {
    rpcUrl: anvil.rpcUrl,
    chainId,
    contract,
    privateKey,
    client,
    newAccount: async (balance = parseEther('1')) => {
      const key = generatePrivateKey();
      const address = privateKeyToAddress(key);
      await client.setBalance({ address, value: balance });
      return { privateKey: key, address };
    },
    stop: async () => {
      await anvil.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function testClient(rpcUrl: string) {
  const transport = http(rpcUrl, { retryCount: 0, batch: true });
  return createTestClient({ mode: 'anvil', transport, cacheTime: 0 }).extend(publicActions);
}

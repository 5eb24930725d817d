import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestClient,
  http,
  keccak256,
  parseAbi,
  parseEther,
  publicActions,
  toBytes,
  walletActions,
  type Address,
  type Hex,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { EmbeddedAnvil } from '#adapters/embedded-anvil';
import { deployRegistry } from '#adapters/ledger-evm';

// So long that no block comes but those a test asks for.
const NEVER_MS = 3_600_000;
const ROLES_ABI = parseAbi(['function grantRole(bytes32 role, address account)']);

/** An account of a test chain. */
export interface TestAccount {
  readonly privateKey: Hex;
  readonly address: Address;
}

/** A real chain of one's own with a CheckpointRegistry on it. */
export interface TestChain {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly contract: Address;
  /** Of the account that is the registry's admin and submitter. */
  readonly privateKey: Hex;
  /** Makes blocks, drops transactions, rewinds the chain. */
  readonly client: ReturnType<typeof testClient>;
  /** A new account, with an ether unless told, without roles. */
  newAccount(balance?: bigint): Promise<TestAccount>;
  /** A new account that may submit checkpoints; makes a block. */
  newSubmitter(balance?: bigint): Promise<TestAccount>;
  stop(): Promise<void>;
}

/** @param blocks `quick`: every 20 ms while transactions wait; `on-demand`: by `client.mine` only */
export async function startTestChain(blocks: 'quick' | 'on-demand' = 'quick'): Promise<TestChain> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-chain-'));
  const blockTimeMs = blocks === 'quick' ? 20 : NEVER_MS;
  const anvil = await EmbeddedAnvil.start({ folder, port: 0, blockTimeMs });
  const { rpcUrl, chainId } = anvil;
  const { privateKey } = anvil.account;
  const client = testClient(rpcUrl);
  const contract = await deploy();

  /** As deploying waits for a block, somebody has to make one. */
  async function deploy(): Promise<Address> {
    const mining = setInterval(() => void client.mine({ blocks: 1 }), 50);
    const deployed = await deployRegistry({ rpcUrl, privateKey });
    clearInterval(mining);
    return deployed.contract;
  }
  async function newAccount(balance = parseEther('1')): Promise<TestAccount> {
    const key = generatePrivateKey();
    const { address } = privateKeyToAccount(key);
    await client.setBalance({ address, value: balance });
    return { privateKey: key, address };
  }
  async function newSubmitter(balance?: bigint): Promise<TestAccount> {
    const account = await newAccount(balance);
    await client.writeContract({
      address: contract,
      abi: ROLES_ABI,
      functionName: 'grantRole',
      args: [keccak256(toBytes('SUBMITTER_ROLE')), account.address],
      account: privateKeyToAccount(privateKey),
      chain: null,
    });
    await client.mine({ blocks: 1 });
    return account;
  }
  async function stop(): Promise<void> {
    await anvil.stop();
    await rm(folder, { recursive: true });
  }
  return { rpcUrl, chainId, contract, privateKey, client, newAccount, newSubmitter, stop };
}

function testClient(rpcUrl: string) {
  const transport = http(rpcUrl, { retryCount: 0, batch: true });
  return createTestClient({ mode: 'anvil', transport, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions);
}

import { encodeDeployData, getAddress, type Hex } from 'viem';
import { registryArtifact } from './contract-artifact.js';
import { evmClient } from './evm-client.js';
import type { Registry } from './find-registry.js';
import { ledgerError, ledgerFault } from './ledger-evm.errors.js';
import { REGISTRY_ABI } from './registry.abi.js';
import { senderAccount } from './sender-account.js';
import { signTransaction } from './sign-transaction.js';

const BLOCK_TIMEOUT_MS = 180_000;

export interface RegistryDeployment {
  readonly rpcUrl: string;
  /** Pays for the deployment: `0x` and 64 hexadecimal digits. */
  readonly privateKey: string;
  /** Grants and revokes roles; the deploying account when absent. */
  readonly admin?: string;
  /** May submit checkpoints; the deploying account when absent. */
  readonly submitter?: string;
}

/**
 * Deploys a CheckpointRegistry and waits for its block. Every call deploys another one: note the answer.
 * Throws PortError as EvmLedger does; LEDGER.UNAVAILABLE when no block takes it within three minutes.
 */
export async function deployRegistry(
  deployment: RegistryDeployment,
): Promise<Registry & { transaction: Hex }> {
  const client = evmClient(deployment.rpcUrl);
  const account = senderAccount(deployment.privateKey);
  const { admin = account.address, submitter = account.address } = deployment;
  const { bytecode } = registryArtifact();
  const data = encodeDeployData({
    abi: REGISTRY_ABI,
    bytecode,
    args: [getAddress(admin), getAddress(submitter)],
  });
  try {
    const [chainId, gas] = await Promise.all([client.getChainId(), client.estimateGas({ account, data })]);
    const { raw, hash } = await signTransaction(client, account, { chainId, data, gas: (gas * 6n) / 5n });
    await client.sendRawTransaction({ serializedTransaction: raw });
    const receipt = await client.waitForTransactionReceipt({
      hash,
      timeout: BLOCK_TIMEOUT_MS,
      pollingInterval: 250,
      checkReplacement: false,
    });
    if (receipt.status === 'reverted' || !receipt.contractAddress)
      throw ledgerFault('LEDGER.REVERTED', 'the deployment was reverted', 'stop');
    return { contract: getAddress(receipt.contractAddress), chainId, transaction: hash };
  } catch (error) {
    throw ledgerError(error);
  }
}

import { getAddress, keccak256, toBytes, zeroHash, type Address } from 'viem';
import { evmClient, type EvmClient } from './evm-client.js';
import { isOtherContract, ledgerError, ledgerFault } from './ledger-evm.errors.js';
import { REGISTRY_ABI } from './registry.abi.js';

/** A CheckpointRegistry that is there. */
export interface Registry {
  readonly contract: Address;
  readonly chainId: number;
}

/**
 * Makes sure that there is a CheckpointRegistry at an address.
 * Throws PortError LEDGER.NO_CONTRACT (stop), LEDGER.UNAVAILABLE (retry).
 */
export async function findRegistry(at: {
  readonly rpcUrl: string;
  readonly contract: string;
}): Promise<Registry> {
  return confirmRegistry(evmClient(at.rpcUrl), getAddress(at.contract));
}

export async function confirmRegistry(client: EvmClient, contract: Address): Promise<Registry> {
  try {
    const chainId = await client.getChainId();
    if (!(await answersAsRegistry(client, contract)))
      throw ledgerFault(
        'LEDGER.NO_CONTRACT',
        `no CheckpointRegistry at ${contract} of chain ${chainId}`,
        'stop',
      );
    return { contract, chainId };
  } catch (error) {
    throw ledgerError(error);
  }
}

/** An address without code answers nothing; another contract refuses, or answers something else. */
async function answersAsRegistry(client: EvmClient, contract: Address): Promise<boolean> {
  const registry = { address: contract, abi: REGISTRY_ABI } as const;
  try {
    const [role] = await Promise.all([
      client.readContract({ ...registry, functionName: 'SUBMITTER_ROLE' }),
      client.readContract({ ...registry, functionName: 'latest', args: [zeroHash] }),
    ]);
    return role === keccak256(toBytes('SUBMITTER_ROLE'));
  } catch (error) {
    if (isOtherContract(error)) return false;
    throw error;
  }
}

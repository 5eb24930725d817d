import { keccak256, type Address, type Hex, type LocalAccount } from 'viem';
import type { EvmClient } from './evm-client.js';
import { ledgerFault } from './ledger-evm.errors.js';

// Room for nine full blocks in a row before the fee is too low; only the base fee of the block is ever paid.
const BASE_FEE_ROOM = 3n;

/** A signed transaction, not yet sent. */
export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hex;
}

/**
 * Signs an EIP-1559 transaction here, with the account's next nonce and fees of the moment. The nonce counts mined
 * transactions only: a transaction signed anew takes the place of one that is stuck, so that never both are mined.
 * Throws PortError LEDGER.REFUSED (stop) on a chain without EIP-1559; errors of the client as they are.
 */
export async function signTransaction(
  client: EvmClient,
  account: LocalAccount,
  transaction: { readonly chainId: number; readonly to?: Address; readonly data: Hex; readonly gas: bigint },
): Promise<SignedTransaction> {
  const [nonce, { baseFeePerGas }, tip] = await Promise.all([
    client.getTransactionCount({ address: account.address, blockTag: 'latest' }),
    client.getBlock({ blockTag: 'latest' }),
    client.estimateMaxPriorityFeePerGas(),
  ]);
  if (baseFeePerGas === null)
    throw ledgerFault('LEDGER.REFUSED', 'the chain takes no EIP-1559 transactions', 'stop');
  const raw = await account.signTransaction({
    type: 'eip1559',
    ...transaction,
    nonce,
    maxFeePerGas: baseFeePerGas * BASE_FEE_ROOM + tip,
    maxPriorityFeePerGas: tip,
  });
  return { raw, hash: keccak256(raw) };
}

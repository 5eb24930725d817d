import {
  parseTransaction,
  recoverTransactionAddress,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
  type Hex,
  type TransactionReceipt,
  type TransactionSerialized,
} from 'viem';
import type { AnchorStatus } from '#ports';
import type { EvmClient } from './evm-client.js';
import type { Registry } from './find-registry.js';
import type { EvmLedgerErrorCode } from './ledger-evm.errors.js';

/** When an included anchor is final: with so many blocks from its own on, or once the chain calls its block so. */
export type Confirmations = number | 'finalized';

/** What a verifier needs to find the anchor: docs/spec/evm-anchor.md */
interface EvmAnchorFacts extends Readonly<Record<string, string | number>> {
  readonly chainId: number;
  readonly contract: string;
  readonly transaction: string;
  readonly block: number;
  readonly blockHash: string;
}

/** Where a signed transaction stands. */
export async function transactionStatus(
  client: EvmClient,
  transaction: { readonly hash: Hex; readonly raw: Hex },
  registry: Registry,
  confirmations: Confirmations,
): Promise<AnchorStatus> {
  const included = async (receipt: TransactionReceipt): Promise<AnchorStatus> => {
    if (receipt.status === 'reverted') return failed('LEDGER.REVERTED');
    const final = await isFinal(client, receipt.blockNumber, confirmations);
    return { state: final ? 'final' : 'included', facts: factsOf(registry, receipt) };
  };
  const receipt = await findReceipt(client, transaction.hash);
  if (receipt) return included(receipt);
  if (await isKnown(client, transaction.hash)) return { state: 'submitted' };
  if (!(await isNonceUsed(client, transaction.raw))) return { state: 'unknown' };
  // It may have been mined between the questions.
  const late = await findReceipt(client, transaction.hash);
  return late ? included(late) : failed('LEDGER.NONCE_USED');
}

/** The receipt of a transaction that is in a block of the chain as it is now. */
export async function findReceipt(client: EvmClient, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    return await client.getTransactionReceipt({ hash });
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}

/** Whether the node has the transaction, in a block or waiting for one. */
export async function isKnown(client: EvmClient, hash: Hex): Promise<boolean> {
  try {
    await client.getTransaction({ hash });
    return true;
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return false;
    throw error;
  }
}

async function isNonceUsed(client: EvmClient, raw: Hex): Promise<boolean> {
  const { nonce = 0 } = parseTransaction(raw);
  const address = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized });
  return (await client.getTransactionCount({ address, blockTag: 'latest' })) > nonce;
}

async function isFinal(client: EvmClient, block: bigint, confirmations: Confirmations): Promise<boolean> {
  if (confirmations === 'finalized')
    return (await client.getBlock({ blockTag: 'finalized' })).number >= block;
  return (await client.getBlockNumber()) - block + 1n >= BigInt(confirmations);
}

function factsOf({ chainId, contract }: Registry, receipt: TransactionReceipt): EvmAnchorFacts {
  return {
    chainId,
    contract,
    transaction: receipt.transactionHash,
    block: Number(receipt.blockNumber),
    blockHash: receipt.blockHash,
  };
}

function failed(code: EvmLedgerErrorCode): AnchorStatus {
  return { state: 'failed', code };
}

import { bytesToHex, isAddressEqual, parseEventLogs, type Hex, type TransactionReceipt } from 'viem';
import { z } from 'zod';
import type { AnchorFacts, LedgerCheckpoint } from '#ports';
import { findReceipt } from './anchor-status.js';
import { evmClient, type EvmClient } from './evm-client.js';
import { ledgerError } from './ledger-evm.errors.js';
import { originHash } from './origin-hash.js';
import { REGISTRY_ABI } from './registry.abi.js';

/** Why a chain does not confirm an anchor. Public, stable. */
export type AnchorDoubtCode =
  /** The facts are not those of an EVM anchor. */
  | 'ANCHOR.MALFORMED'
  /** The node is of another chain than the anchor. */
  | 'ANCHOR.WRONG_CHAIN'
  /** The chain has no such transaction in a block. */
  | 'ANCHOR.NO_TRANSACTION'
  /** The transaction did nothing. */
  | 'ANCHOR.REVERTED'
  /** The transaction is in another block than the facts say. */
  | 'ANCHOR.OTHER_BLOCK'
  /** The transaction made that contract accept no checkpoint. */
  | 'ANCHOR.NO_EVENT'
  /** The transaction made that contract accept another checkpoint. */
  | 'ANCHOR.OTHER_CHECKPOINT';

/** What a chain says of an anchor. */
export type AnchorConfirmation =
  /** `confirmations`: blocks on the chain from the anchor's own on, that one included. */
  | { readonly confirmed: true; readonly confirmations: number }
  | { readonly confirmed: false; readonly code: AnchorDoubtCode; readonly detail: string };

const hash = z.custom<Hex>((text) => typeof text === 'string' && /^0x[0-9a-fA-F]{64}$/.test(text));
const Facts = z.object({
  chainId: z.int().positive(),
  contract: z.custom<Hex>((text) => typeof text === 'string' && /^0x[0-9a-fA-F]{40}$/.test(text)),
  transaction: hash,
  block: z.int().nonnegative(),
  blockHash: hash,
});
type Facts = z.infer<typeof Facts>;

/**
 * Asks a node whether an anchor of an evidence document is on its chain (docs/spec/evm-anchor.md, "Verifying").
 * Says nothing of whether the contract is to be believed: hold `facts.chainId` and `facts.contract` against a trust
 * file. Throws PortError LEDGER.UNAVAILABLE when the node cannot be asked.
 */
export async function confirmAnchor(
  rpcUrl: string,
  facts: AnchorFacts,
  checkpoint: LedgerCheckpoint,
): Promise<AnchorConfirmation> {
  const parsed = Facts.safeParse(facts);
  if (!parsed.success) return doubt('ANCHOR.MALFORMED', 'the facts are not those of an EVM anchor');
  try {
    return await confirmOn(evmClient(rpcUrl), parsed.data, checkpoint);
  } catch (error) {
    throw ledgerError(error);
  }
}

async function confirmOn(
  client: EvmClient,
  facts: Facts,
  checkpoint: LedgerCheckpoint,
): Promise<AnchorConfirmation> {
  const chainId = await client.getChainId();
  if (chainId !== facts.chainId)
    return doubt('ANCHOR.WRONG_CHAIN', `the node is of chain ${chainId}, the anchor of ${facts.chainId}`);

  const receipt = await findReceipt(client, facts.transaction);
  if (!receipt) return doubt('ANCHOR.NO_TRANSACTION', 'the chain has no such transaction in a block');
  if (receipt.status === 'reverted') return doubt('ANCHOR.REVERTED', 'the transaction was reverted');

  const [block, head] = await Promise.all([
    client.getBlock({ blockNumber: receipt.blockNumber }),
    client.getBlockNumber(),
  ]);
  const hashes = [receipt.blockHash, block.hash].map((found) => found.toLowerCase());
  if (
    Number(receipt.blockNumber) !== facts.block ||
    hashes.some((found) => found !== facts.blockHash.toLowerCase())
  )
    return doubt(
      'ANCHOR.OTHER_BLOCK',
      `the transaction is in block ${receipt.blockNumber} with another hash or number`,
    );

  return (
    acceptedIn(receipt, facts, checkpoint) ?? {
      confirmed: true,
      confirmations: Number(head - receipt.blockNumber) + 1,
    }
  );
}

/** What speaks against the receipt's events; undefined when the contract accepted this very checkpoint. */
function acceptedIn(
  receipt: TransactionReceipt,
  { contract }: Facts,
  { origin, size, root }: LedgerCheckpoint,
): AnchorConfirmation | undefined {
  const events = parseEventLogs({
    abi: REGISTRY_ABI,
    eventName: 'CheckpointAccepted',
    logs: receipt.logs,
  }).filter((event) => isAddressEqual(event.address, contract));
  if (events.length === 0)
    return doubt('ANCHOR.NO_EVENT', 'the contract accepted no checkpoint in the transaction');
  const same = events.some(
    ({ args }) =>
      args.origin === originHash(origin) && args.size === BigInt(size) && args.root === bytesToHex(root),
  );
  return same
    ? undefined
    : doubt('ANCHOR.OTHER_CHECKPOINT', 'the contract accepted another checkpoint in it');
}

function doubt(code: AnchorDoubtCode, detail: string): AnchorConfirmation {
  return { confirmed: false, code, detail };
}

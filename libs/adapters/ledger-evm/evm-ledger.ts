import { bytesToHex, encodeFunctionData, getAddress, hexToBytes, type Hex, type LocalAccount } from 'viem';
import { Ledger, type AnchorStatus, type LedgerCheckpoint, type PreparedAnchor } from '#ports';
import { isKnown, transactionStatus, type Confirmations } from './anchor-status.js';
import { evmClient, type EvmClient } from './evm-client.js';
import { confirmRegistry, type Registry } from './find-registry.js';
import { isAnswer, ledgerError, ledgerFault } from './ledger-evm.errors.js';
import { originHash } from './origin-hash.js';
import { REGISTRY_ABI } from './registry.abi.js';
import { senderAccount } from './sender-account.js';
import { signTransaction } from './sign-transaction.js';

export interface EvmLedgerOptions {
  readonly name: string;
  readonly rpcUrl: string;
  /** A CheckpointRegistry, as `deployRegistry` makes one. */
  readonly contract: string;
  /** `0x` and 64 hexadecimal digits; its account holds the contract's SUBMITTER_ROLE and pays for gas. */
  readonly privateKey: string;
  /** The chain that the node must be of; any when absent. */
  readonly chainId?: number;
  readonly confirmations: Confirmations;
  /** Least time between two submissions. */
  readonly intervalMs: number;
}

/**
 * A CheckpointRegistry on an EVM chain. The key never leaves this process: transactions are signed here and sent raw.
 * Throws PortError with the codes of ledger-evm.errors.ts; no message holds the node's URL or the key.
 */
export class EvmLedger extends Ledger {
  readonly name: string;
  readonly intervalMs: number;
  readonly kind = 'evm';
  private readonly client: EvmClient;
  private readonly account: LocalAccount;
  private registry: Registry | undefined;

  constructor(private readonly options: EvmLedgerOptions) {
    super();
    this.name = options.name;
    this.intervalMs = options.intervalMs;
    this.client = evmClient(options.rpcUrl);
    this.account = senderAccount(options.privateKey);
  }

  async latest(origin: string): Promise<{ size: number; root: Uint8Array } | undefined> {
    return this.ask(async ({ contract }) => {
      const [size, root] = await this.client.readContract({
        address: contract,
        abi: REGISTRY_ABI,
        functionName: 'latest',
        args: [originHash(origin)],
      });
      return size === 0n ? undefined : { size: Number(size), root: hexToBytes(root) };
    });
  }

  /** Asks the contract first, so that a checkpoint which it would refuse costs no gas. */
  async prepare(checkpoint: LedgerCheckpoint, proof: readonly Uint8Array[]): Promise<PreparedAnchor> {
    return this.ask(async ({ contract, chainId }) => {
      const call = {
        abi: REGISTRY_ABI,
        functionName: 'submit',
        args: [
          originHash(checkpoint.origin),
          BigInt(checkpoint.size),
          bytesToHex(checkpoint.root),
          proof.map((hash) => bytesToHex(hash)),
        ],
      } as const;
      // On the chain as it is: a transaction that waits is one that this takes the place of.
      const on = { address: contract, account: this.account, blockTag: 'latest' } as const;
      const estimate = await this.client.estimateContractGas({ ...call, ...on });
      const { raw, hash } = await signTransaction(this.client, this.account, {
        chainId,
        to: contract,
        data: encodeFunctionData(call),
        gas: (estimate * 6n) / 5n,
      });
      return { reference: hash, payload: hexToBytes(raw) };
    });
  }

  async submit(anchor: PreparedAnchor): Promise<void> {
    await this.ask(async () => {
      try {
        await this.client.sendRawTransaction({ serializedTransaction: bytesToHex(anchor.payload) });
      } catch (error) {
        // Nodes say "already known" in many words, and "nonce too low" once it is mined: so ask for it by its hash.
        if (isAnswer(error) && (await isKnown(this.client, anchor.reference as Hex))) return;
        throw error;
      }
    });
  }

  async status(anchor: PreparedAnchor): Promise<AnchorStatus> {
    const transaction = { hash: anchor.reference as Hex, raw: bytesToHex(anchor.payload) };
    return this.ask((registry) =>
      transactionStatus(this.client, transaction, registry, this.options.confirmations),
    );
  }

  /** Everything asked of the chain: the first question is whether it is the right one. */
  private async ask<T>(question: (registry: Registry) => Promise<T>): Promise<T> {
    try {
      this.registry ??= await this.connect();
      return await question(this.registry);
    } catch (error) {
      throw ledgerError(error);
    }
  }

  private async connect(): Promise<Registry> {
    const { contract, chainId } = this.options;
    const actual = await this.client.getChainId();
    if (chainId !== undefined && chainId !== actual)
      throw ledgerFault('LEDGER.WRONG_CHAIN', `the node is of chain ${actual}, not of ${chainId}`, 'stop');
    return confirmRegistry(this.client, getAddress(contract));
  }
}

import { BaseError, bytesToHex, ContractFunctionRevertedError, encodeFunctionData, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { TestChain } from '../../../../test/support/test-chain.js';
import { originHash } from '../origin-hash.js';
import { REGISTRY_ABI } from '../registry.abi.js';

/** Sizes may be bigint: vectors go beyond what a number holds. */
export interface Submission {
  readonly origin: string;
  readonly size: number | bigint;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** A CheckpointRegistry called as the contract that it is, with nothing of the adapter in between. For specs. */
export interface RegistryCaller {
  /** Sends transactions and waits until they are mined; none may be reverted. Answers their gas. */
  send(submissions: readonly Submission[]): Promise<bigint[]>;
  /** What the contract would answer: `accepted`, or its error's name. Changes nothing. */
  judge(submission: Submission): Promise<string>;
  /** What `verifyInclusion` answers. */
  includes(claim: {
    readonly origin: string;
    readonly index: number | bigint;
    readonly leaf: Uint8Array;
    readonly proof: readonly Uint8Array[];
  }): Promise<boolean>;
}

export function registryCaller(chain: TestChain): RegistryCaller {
  const account = privateKeyToAccount(chain.privateKey);
  const registry = { address: chain.contract, abi: REGISTRY_ABI } as const;
  return {
    send: async (submissions) => {
      const first = await chain.client.getTransactionCount({ address: account.address });
      const hashes = await Promise.all(
        submissions.map(async (submission, at) => {
          const serializedTransaction = await account.signTransaction({
            chainId: chain.chainId,
            nonce: first + at,
            to: chain.contract,
            data: encodeFunctionData({ ...registry, functionName: 'submit', args: argumentsOf(submission) }),
            gas: 200_000n,
            maxFeePerGas: 10n ** 11n,
            maxPriorityFeePerGas: 1n,
          });
          return chain.client.sendRawTransaction({ serializedTransaction });
        }),
      );
      return Promise.all(hashes.map(async (hash) => gasOf(chain, hash)));
    },
    judge: (submission) =>
      chain.client
        .simulateContract({ ...registry, account, functionName: 'submit', args: argumentsOf(submission) })
        .then(() => 'accepted', errorName),
    includes: ({ origin, index, leaf, proof }) =>
      chain.client.readContract({
        ...registry,
        functionName: 'verifyInclusion',
        args: [originHash(origin), BigInt(index), bytesToHex(leaf), proof.map((hash) => bytesToHex(hash))],
      }),
  };
}

/** The name of the custom error that a call was reverted with. Throws whatever else went wrong. */
export function errorName(error: unknown): string {
  const reverted =
    error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError && reverted.data) return reverted.data.errorName;
  throw error;
}

function argumentsOf({ origin, size, root, proof }: Submission) {
  return [originHash(origin), BigInt(size), bytesToHex(root), proof.map((hash) => bytesToHex(hash))] as const;
}

async function gasOf(chain: TestChain, hash: Hex): Promise<bigint> {
  const receipt = await chain.client.waitForTransactionReceipt({
    hash,
    pollingInterval: 20,
    checkReplacement: false,
  });
  if (receipt.status !== 'success') throw new Error('the contract reverted a submission');
  return receipt.gasUsed;
}

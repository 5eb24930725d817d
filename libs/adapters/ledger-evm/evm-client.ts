import { createPublicClient, http } from 'viem';

const TIMEOUT_MS = 10_000;

/** Calls to one EVM node. */
export type EvmClient = ReturnType<typeof evmClient>;

export function evmClient(rpcUrl: string) {
  // Whoever asks us tries again, with backoff of its own; and a block number of four seconds ago is no use to us.
  return createPublicClient({
    transport: http(rpcUrl, { timeout: TIMEOUT_MS, retryCount: 0 }),
    cacheTime: 0,
  });
}

import { createTestClient, http, publicActions } from 'viem';

// A long chain takes a while to be written out.
const TIMEOUT_MS = 60_000;

/** Calls to one anvil, its own methods among them. */
export type ChainClient = ReturnType<typeof chainClient>;

export function chainClient(rpcUrl: string) {
  const transport = http(rpcUrl, { retryCount: 0, timeout: TIMEOUT_MS });
  return createTestClient({ mode: 'anvil', transport }).extend(publicActions);
}

import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hexToBytes } from 'viem';
import type { ChainClient } from './chain-client.js';

const unpack = promisify(gunzip);

/** The snapshot of a folder's chain; undefined when there is none yet. */
export function savedChain(folder: string): string | undefined {
  const file = join(folder, 'state.json');
  return existsSync(file) ? file : undefined;
}

/**
 * Writes the whole chain to the folder's snapshot. Anvil's own `--dump-state` writes over its file in place, so that
 * a kill in the middle leaves half a chain: this one takes its place at once or not at all.
 */
export async function saveChain(folder: string, client: ChainClient): Promise<void> {
  const file = join(folder, 'state.json');
  const state = await unpack(hexToBytes(await client.dumpState()));
  const next = await open(`${file}.next`, 'w', 0o600);
  try {
    await next.writeFile(state);
    await next.sync();
  } finally {
    await next.close();
  }
  // A crash before the next line loses the blocks since the last snapshot; after it, nothing.
  await rename(`${file}.next`, file);
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedAnvil } from '#adapters/embedded-anvil';
import { startEmbeddedPostgres } from '#adapters/embedded-postgres';
import { deployRegistry, findRegistry } from '#adapters/ledger-evm';
import { freePort, type Config } from '#platform';
import { PortError } from '#ports';
import type { Running } from './kept-running.js';

export interface DatabaseRunning extends Running {
  readonly url: string;
}

export interface ChainRunning extends Running {
  readonly rpcUrl: string;
  readonly contract: string;
  /** The configuration of this chain as a ledger. */
  readonly ledger: Config['ledgers'][number];
}

const DATABASE_PORT = 5433;
const CHAIN_PORT = 8545;
/** A local chain costs nothing: it is brought up to date almost at once. */
const ANCHOR_INTERVAL_MS = 2_000;
const CONFIRMATIONS = 2;

/** How to start the embedded database: on the same port each time, so that its users find it again. */
export async function embeddedDatabase(folder: string): Promise<() => Promise<DatabaseRunning>> {
  let port = await freePort(DATABASE_PORT);
  return async () => {
    const database = await startEmbeddedPostgres({ folder, port });
    // Another one than asked for when it still ran, left by a supervisor that was killed.
    port = database.port;
    return database;
  };
}

/** How to start the embedded chain, with a CheckpointRegistry on it: deployed once, found again later. */
export async function embeddedChain(folder: string): Promise<() => Promise<ChainRunning>> {
  const port = await freePort(CHAIN_PORT);
  return async () => {
    const anvil = await EmbeddedAnvil.start({ folder, port });
    const contract = await registryOn(anvil, join(folder, 'registry.json'));
    return {
      ended: anvil.exited,
      stop: () => anvil.stop(),
      rpcUrl: anvil.rpcUrl,
      contract,
      ledger: {
        name: 'evm',
        kind: 'evm',
        rpcUrl: anvil.rpcUrl,
        chainId: anvil.chainId,
        contract,
        confirmations: CONFIRMATIONS,
        keyFile: anvil.account.keyFile,
        intervalMs: ANCHOR_INTERVAL_MS,
      },
    };
  };
}

/** The contract that an earlier start deployed, or a new one: on a chain that lost it, say. */
async function registryOn({ rpcUrl, account }: EmbeddedAnvil, file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const { contract } = known ? (JSON.parse(known) as { contract: `0x${string}` }) : {};
  if (contract && (await isRegistry({ rpcUrl, contract }))) return contract;
  const deployed = await deployRegistry({ rpcUrl, privateKey: account.privateKey });
  await writeFile(file, `${JSON.stringify({ contract: deployed.contract })}\n`, { mode: 0o600 });
  return deployed.contract;
}

async function isRegistry(at: { rpcUrl: string; contract: `0x${string}` }): Promise<boolean> {
  try {
    await findRegistry(at);
    return true;
  } catch (error) {
    if (error instanceof PortError && error.code === 'LEDGER.NO_CONTRACT') return false;
    throw error;
  }
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Address } from 'viem';
import { isAlive } from '#platform';
import { LOOPBACK } from './anvil-process.js';
import { chainClient, type ChainClient } from './chain-client.js';
import { saveChain } from './chain-snapshot.js';
import { anvilError } from './embedded-anvil.errors.js';

const END_TIMEOUT_MS = 5_000;

/** Who runs a folder's chain, and where. */
interface Running {
  readonly pid: number;
  readonly port: number;
  readonly supervisor: number;
}

export async function noteRunning(folder: string, anvil: { pid: number; port: number }): Promise<void> {
  const running: Running = { pid: anvil.pid, port: anvil.port, supervisor: process.pid };
  await writeFile(join(folder, 'anvil.json'), JSON.stringify(running));
}

export async function noteStopped(folder: string): Promise<void> {
  await rm(join(folder, 'anvil.json'), { force: true });
}

/**
 * Ends the anvil of this folder whose supervisor was killed, with its chain saved: two of them would be a fork.
 * Throws ANVIL.IN_USE when its supervisor lives.
 */
export async function endPrevious(folder: string, owner: Address): Promise<void> {
  const running = await readRunning(folder);
  if (!running) return;
  const client = chainClient(`http://${LOOPBACK}:${running.port}`);
  // The port and the process id may be somebody else's by now: only our own chain has money on our account.
  if (!(await owns(client, owner))) return noteStopped(folder);
  if (running.supervisor !== process.pid && isAlive(running.supervisor))
    throw anvilError('ANVIL.IN_USE', `process ${running.supervisor} runs the chain of this folder already`);
  await saveChain(folder, client);
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; isAlive(running.pid); waited += 50) {
    if (waited === END_TIMEOUT_MS) process.kill(running.pid, 'SIGKILL');
    await delay(50);
  }
  await noteStopped(folder);
}

async function readRunning(folder: string): Promise<Running | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'anvil.json'), 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

async function owns(client: ChainClient, owner: Address): Promise<boolean> {
  try {
    return (await client.getBalance({ address: owner })) > 0n;
  } catch {
    return false;
  }
}

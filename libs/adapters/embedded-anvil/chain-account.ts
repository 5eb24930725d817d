import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';

/** The account that owns the embedded chain's money. */
export interface ChainAccount {
  readonly address: Address;
  readonly privateKey: Hex;
  /** Where the key is kept: `0x` and 64 hexadecimal digits, mode 0600. */
  readonly keyFile: string;
}

/** The account of a folder; its key is made at the first call. */
export async function chainAccount(folder: string): Promise<ChainAccount> {
  const keyFile = join(folder, 'account.key');
  if (!existsSync(keyFile)) await createKey(keyFile);
  const privateKey = (await readFile(keyFile, 'utf8')).trim() as Hex;
  return { address: privateKeyToAddress(privateKey), privateKey, keyFile };
}

/** Whole or not at all, and never over another process's key. */
async function createKey(keyFile: string): Promise<void> {
  const draft = `${keyFile}.${randomUUID()}`;
  await writeFile(draft, `${generatePrivateKey()}\n`, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, keyFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}

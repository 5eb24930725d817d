import { readFile } from 'node:fs/promises';
import type { ServerConfig } from '#platform';
import { Ledgers, PortError, type Ledger } from '#ports';

type LedgerConfig = ServerConfig['ledgers'][number];

/** The ledgers of the configuration, with their keys. Throws PortError LEDGER.NO_KEY. */
export async function connectLedgers(configured: readonly LedgerConfig[]): Promise<Ledgers> {
  const all = await Promise.all(configured.map(connect));
  return new (class extends Ledgers {
    override readonly all: readonly Ledger[] = all;
  })();
}

async function connect({ keyFile, ...ledger }: LedgerConfig): Promise<Ledger> {
  // Loaded only where there is such a ledger: it takes longer, and more memory, than all the rest.
  const { EvmLedger } = await import('#adapters/ledger-evm');
  return new EvmLedger({ ...ledger, privateKey: await privateKey(ledger.name, keyFile) });
}

async function privateKey(ledger: string, keyFile: string): Promise<`0x${string}`> {
  const text = await readFile(keyFile, 'utf8').catch(() => '');
  const digits = /^(?:0x)?([0-9a-f]{64})\s*$/i.exec(text)?.[1];
  if (!digits)
    throw new PortError(
      'LEDGER.NO_KEY',
      `ledger ${ledger}: keyFile holds no 32-byte hexadecimal private key`,
      'stop',
    );
  return `0x${digits}`;
}

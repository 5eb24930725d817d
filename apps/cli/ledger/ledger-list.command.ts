import type { Command } from 'commander';
import { configOption, configuration, type ConfigOptions } from '../frame/configuration.js';
import { print, printJson } from '../frame/output.js';

/** `attestry ledger list`: the ledgers of the configuration. */
export function registerLedgerList(ledger: Command): void {
  ledger
    .command('list')
    .summary('print the configured ledgers')
    .description('Prints the ledgers of the configuration: name, kind, chain id, contract.')
    .addOption(configOption())
    .option('--json', 'one JSON array')
    .action(runList);
}

async function runList({ json, ...options }: ConfigOptions & { readonly json?: true }): Promise<void> {
  // The endpoint may carry an access key: it is not shown.
  const ledgers = (await configuration(options)).ledgers.map(({ name, kind, chainId, contract }) => ({
    name,
    kind,
    chainId,
    contract,
  }));
  const lines = ledgers.map((ledger) => `${Object.values(ledger).join('  ')}\n`);
  await (json ? printJson(ledgers) : print(lines.join('')));
}

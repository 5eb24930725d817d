import type { Command } from 'commander';
import { registerLedgerDeploy } from './ledger-deploy.command.js';
import { registerLedgerList } from './ledger-list.command.js';

/** `attestry ledger`: the ledgers that checkpoints are anchored on. */
export function registerLedger(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('Deploys the contract that checkpoints are anchored on, and lists the configured ledgers.');
  registerLedgerDeploy(ledger);
  registerLedgerList(ledger);
}

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { httpUrl } from '../frame/http-url.js';
import { print, printJson } from '../frame/output.js';
import { readPrivateKey } from './private-key.js';

const AFTER = `
Every call deploys another contract: note what it prints. The key's account pays for it, and becomes the
contract's administrator and the only one that may submit checkpoints. FILE holds the private key: 64
hexadecimal digits, with or without 0x; nobody else should be able to read it (chmod 600).`;

interface DeployOptions {
  readonly rpc: string;
  readonly keyFile: string;
  readonly json?: true;
}

/** `attestry ledger deploy`: deploys a CheckpointRegistry. */
export function registerLedgerDeploy(ledger: Command): void {
  ledger
    .command('deploy')
    .summary('deploy a CheckpointRegistry on an EVM chain')
    .description('Deploys a CheckpointRegistry, and prints what the configuration needs to anchor on it.')
    .requiredOption('--rpc <url>', 'JSON-RPC endpoint of the chain')
    .requiredOption('--key-file <file>', 'file with the private key that pays')
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runDeploy);
}

async function runDeploy({ rpc, keyFile, json }: DeployOptions): Promise<void> {
  httpUrl('--rpc', rpc, '--rpc http://127.0.0.1:8545');
  const key = resolve(keyFile);
  const privateKey = await readPrivateKey(key);
  // Loaded here only: it takes longer than everything else together.
  const { deployRegistry } = await import('#adapters/ledger-evm');
  const { chainId, contract, transaction } = await deployRegistry({ rpcUrl: rpc, privateKey });
  const ledger = {
    name: `evm-${chainId}`,
    kind: 'evm',
    rpcUrl: rpc,
    chainId,
    contract,
    confirmations: 12,
    keyFile: key,
    intervalMs: 60_000,
  };
  if (json) return printJson({ chainId, contract, transaction, ledger });
  const { stringify } = await import('yaml');
  await print(`chain        ${chainId}\ncontract     ${contract}\ntransaction  ${transaction}\n\n`);
  await print(`# For the configuration file:\n${stringify({ ledgers: [ledger] })}`);
}

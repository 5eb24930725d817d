import { join } from 'node:path';
import { compileContract } from './compile-contract.js';

/** The build step of the Solidity contract, run by npm from the package's folder: `npm run build:contracts`. */
const root = process.cwd();
try {
  await compileContract(
    root,
    'libs/adapters/ledger-evm/contracts/CheckpointRegistry.sol',
    join(root, 'dist', 'contracts'),
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

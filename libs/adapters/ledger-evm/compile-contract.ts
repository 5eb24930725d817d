import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { ContractArtifact } from './contract-artifact.js';
import { contractSources } from './contract-sources.js';

/** What the compiler's standard output holds, as far as we ask for it (Solidity documentation, "Compiler Input and Output JSON"). */
interface CompilerOutput {
  readonly errors?: readonly { readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly abi: readonly unknown[];
            readonly evm: { readonly bytecode: { readonly object: string } };
          }
        >
      >
    >
  >;
}

const require = createRequire(import.meta.url);
const SETTINGS = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  // The oldest that chains in use lack nothing of: the contract uses no later instruction.
  evmVersion: 'shanghai',
  // The same bytecode wherever it is built.
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

/**
 * Compiles the contract that the file `entry` is named after into `folder`, unless the artifact there is of the same
 * sources, settings and compiler already. Throws an Error with the compiler's words on an error or a warning.
 * @param root the package's folder, which `entry` is relative to and whose node_modules imports are read from
 */
export async function compileContract(
  root: string,
  entry: string,
  folder: string,
): Promise<{ readonly artifact: ContractArtifact; readonly fresh: boolean }> {
  const { version } = require('solc/package.json') as { version: string };
  const input = JSON.stringify({
    language: 'Solidity',
    sources: await contractSources(root, entry),
    settings: SETTINGS,
  });
  const sourceHash = createHash('sha256').update(`solc ${version}\n`).update(input).digest('hex');
  const contractName = basename(entry, '.sol');
  const file = join(folder, `${contractName}.json`);
  const built = await readArtifact(file);
  if (built?.sourceHash === sourceHash) return { artifact: built, fresh: false };

  const { abi, bytecode } = compile(input, entry, contractName);
  const artifact: ContractArtifact = { contractName, compiler: version, sourceHash, abi, bytecode };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(artifact, undefined, 2)}\n`);
  return { artifact, fresh: true };
}

async function readArtifact(file: string): Promise<ContractArtifact | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ContractArtifact;
  } catch {
    // Absent or half written: build it.
    return undefined;
  }
}

function compile(
  input: string,
  entry: string,
  contractName: string,
): Pick<ContractArtifact, 'abi' | 'bytecode'> {
  // Loaded only when there is something to compile: it takes a second and 100 MB.
  const solc = require('solc') as { compile: (input: string) => string };
  const output = JSON.parse(solc.compile(input)) as CompilerOutput;
  if (output.errors?.length) throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'));
  const contract = output.contracts[entry]?.[contractName];
  if (!contract) throw new Error(`${entry} holds no contract ${contractName}`);
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

import { createRequire } from 'node:module';
import type { Hex } from 'viem';

/** A compiled contract, as the build leaves it under dist/contracts. */
export interface ContractArtifact {
  readonly contractName: string;
  /** Version of solc. */
  readonly compiler: string;
  /** SHA-256, in hex, of the compiler's version, settings and all sources. */
  readonly sourceHash: string;
  readonly abi: readonly unknown[];
  /** Creation code, before the constructor's arguments. */
  readonly bytecode: Hex;
}

/** The compiled CheckpointRegistry. Needs `npm run build:contracts` to have run. */
export function registryArtifact(): ContractArtifact {
  return createRequire(import.meta.url)('#contracts/CheckpointRegistry.json') as ContractArtifact;
}

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compileContract } from './compile-contract.js';
import { contractSources } from './contract-sources.js';

const REGISTRY = 'libs/adapters/ledger-evm/contracts/CheckpointRegistry.sol';
const HEAD = '// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n';

describe('compileContract', () => {
  let root: string;
  const out = (file: string) => join(root, 'out', file);
  const compile = () => compileContract(root, 'contracts/Box.sol', join(root, 'out'));
  const write = (file: string, source: string) => writeFile(join(root, 'contracts', file), HEAD + source);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'attestry-compile-'));
    await mkdir(join(root, 'contracts'));
    await mkdir(join(root, 'node_modules'));
    await symlink(resolve('node_modules/@openzeppelin'), join(root, 'node_modules/@openzeppelin'));
    await write('Number.sol', 'uint256 constant NUMBER = 7;');
    await write(
      'Box.sol',
      `import {Context} from "@openzeppelin/contracts/utils/Context.sol";
      import {NUMBER} from "./Number.sol";
      contract Box is Context { uint256 public number = NUMBER; }`,
    );
  });
  afterEach(async () => rm(root, { recursive: true }));

  it('leaves an artifact behind, and has nothing to do the next time', async () => {
    const first = await compile();
    expect(first.fresh).toBe(true);
    expect(first.artifact).toMatchObject({
      contractName: 'Box',
      compiler: '0.8.37',
      sourceHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      bytecode: expect.stringMatching(/^0x[0-9a-f]{100,}$/) as string,
      abi: [{ type: 'function', name: 'number' }],
    });
    expect(JSON.parse(await readFile(out('Box.json'), 'utf8'))).toEqual(first.artifact);
    expect(await compile()).toEqual({ ...first, fresh: false });
  });

  it('compiles again when an imported source changed, or the artifact is broken', async () => {
    const { artifact } = await compile();
    await write('Number.sol', 'uint256 constant NUMBER = 8;');
    const changed = await compile();
    expect(changed.fresh).toBe(true);
    expect(changed.artifact.sourceHash).not.toBe(artifact.sourceHash);
    expect(changed.artifact.bytecode).not.toBe(artifact.bytecode);
    await writeFile(out('Box.json'), '{"sourceHash":');
    expect(await compile()).toEqual(changed);
  });

  it('fails on an error, on a warning and on a missing source, in words that say where', async () => {
    await write('Number.sol', 'uint256 constant NUMBER = 8');
    await expect(compile()).rejects.toThrow(/ParserError.*contracts\/Number\.sol/s);
    await write('Number.sol', 'uint256 constant NUMBER = 8; function idle() pure { uint256 unused; }');
    await expect(compile()).rejects.toThrow(/Warning: Unused local variable/);
    await rm(join(root, 'contracts/Number.sol'));
    await expect(compile()).rejects.toThrow(/contracts\/Number\.sol/);
    await expect(readFile(out('Box.json'))).rejects.toThrow('ENOENT');
  });

  it('follows imports, relative and of packages', async () => {
    const units = Object.keys(await contractSources('.', REGISTRY));
    expect(units).toContain('libs/adapters/ledger-evm/contracts/MerkleProofs.sol');
    expect(units).toContain('@openzeppelin/contracts/access/AccessControl.sol');
    expect(units).toContain('@openzeppelin/contracts/utils/introspection/IERC165.sol');
  });

  it('built the contract that these sources are', async () => {
    const { artifact, fresh } = await compileContract('.', REGISTRY, 'dist/contracts');
    expect(fresh).toBe(false);
    expect(artifact.contractName).toBe('CheckpointRegistry');
  });
});

import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compileContract } from './compile-contract.js';
import { contractSources } from './contract-sources.js';

const ENTRY = 'contracts/CheckpointRegistry.sol';

describe('compileContract', () => {
  let root: string;
  const compile = () => compileContract(root, ENTRY, join(root, 'out'));
  const edit = async (file: string, from: string, to: string) => {
    const path = join(root, 'contracts', file);
    const source = await readFile(path, 'utf8');
    expect(source).toContain(from);
    await writeFile(path, source.replace(from, to));
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'attestry-compile-'));
    await cp('libs/adapters/ledger-evm/contracts', join(root, 'contracts'), { recursive: true });
    await mkdir(join(root, 'node_modules'));
    await symlink(resolve('node_modules/@openzeppelin'), join(root, 'node_modules/@openzeppelin'));
  });
  afterEach(async () => rm(root, { recursive: true }));

  it('leaves an artifact behind, the same wherever it is built, and nothing to do the next time', async () => {
    const first = await compile();
    expect(first.fresh).toBe(true);
    expect(first.artifact).toMatchObject({ contractName: 'CheckpointRegistry', compiler: '0.8.37' });
    expect(first.artifact.bytecode).toMatch(/^0x[0-9a-f]{1000,}$/);
    expect(JSON.parse(await readFile(join(root, 'out/CheckpointRegistry.json'), 'utf8'))).toEqual(
      first.artifact,
    );
    expect(await compile()).toEqual({ ...first, fresh: false });

    const built = JSON.parse(
      await readFile('dist/contracts/CheckpointRegistry.json', 'utf8'),
    ) as typeof first.artifact;
    // The build names the file from the package's folder; its code must not tell.
    expect(first.artifact.bytecode).toBe(built.bytecode);
  });

  it('compiles again when an imported source changed, or the artifact is broken', async () => {
    const { artifact } = await compile();
    await edit('MerkleProofs.sol', 'if (index >= size) return false;', 'if (index > size) return false;');
    const changed = await compile();
    expect(changed.fresh).toBe(true);
    expect(changed.artifact.sourceHash).not.toBe(artifact.sourceHash);
    await writeFile(join(root, 'out/CheckpointRegistry.json'), '{"sourceHash":');
    expect((await compile()).fresh).toBe(true);
  });

  it('fails on an error and on a warning, in the compiler’s words', async () => {
    await edit('CheckpointRegistry.sol', 'uint64 size;', 'uint64 size');
    await expect(compile()).rejects.toThrow(/ParserError.*contracts\/CheckpointRegistry\.sol/s);
    await edit('CheckpointRegistry.sol', 'uint64 size', 'uint64 size;');
    await edit('MerkleProofs.sol', 'bytes32 hash = leaf;', 'bytes32 hash = leaf; uint256 unused;');
    await expect(compile()).rejects.toThrow(/Warning: Unused local variable/);
    await expect(readFile(join(root, 'out/CheckpointRegistry.json'))).rejects.toThrow('ENOENT');
  });

  it('follows imports, relative and of packages', async () => {
    const units = Object.keys(await contractSources(root, ENTRY));
    expect(units).toContain('contracts/MerkleProofs.sol');
    expect(units).toContain('@openzeppelin/contracts/access/AccessControl.sol');
    expect(units).toContain('@openzeppelin/contracts/utils/introspection/IERC165.sol');
  });
});

import { keccak256, toBytes, zeroAddress, zeroHash, type Hex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { deployRegistry, findRegistry } from './index.js';
import { REGISTRY_ABI } from './registry.abi.js';

const UNREACHABLE = 'http://127.0.0.1:1/?key=secret';

describe('deployRegistry and findRegistry', () => {
  let chain: TestChain;
  beforeAll(async () => (chain = await startTestChain()));
  afterAll(async () => chain.stop());

  const hasRole = (contract: Hex, role: Hex, account: Hex) =>
    chain.client.readContract({
      address: contract,
      abi: REGISTRY_ABI,
      functionName: 'hasRole',
      args: [role, account],
    });

  it('deploys a contract that is found, with the deployer as admin and submitter', async () => {
    const deployed = await deployRegistry({ rpcUrl: chain.rpcUrl, privateKey: chain.privateKey });
    const receipt = await chain.client.getTransactionReceipt({ hash: deployed.transaction });
    expect(receipt.contractAddress?.toLowerCase()).toBe(deployed.contract.toLowerCase());
    expect(await findRegistry({ rpcUrl: chain.rpcUrl, contract: deployed.contract.toLowerCase() })).toEqual({
      contract: deployed.contract,
      chainId: chain.chainId,
    });
    const owner = privateKeyToAddress(chain.privateKey);
    expect(await hasRole(deployed.contract, zeroHash, owner)).toBe(true);
    expect(await hasRole(deployed.contract, keccak256(toBytes('SUBMITTER_ROLE')), owner)).toBe(true);
  });

  it('gives the roles to others where told to, and keeps none', async () => {
    const { address: admin } = await chain.newAccount();
    const { address: submitter } = await chain.newAccount();
    const { rpcUrl, privateKey } = chain;
    const { contract } = await deployRegistry({ rpcUrl, privateKey, admin, submitter });
    const role = keccak256(toBytes('SUBMITTER_ROLE'));
    const asked = [admin, submitter, privateKeyToAddress(privateKey)];
    expect(await Promise.all(asked.map((account) => hasRole(contract, zeroHash, account)))).toEqual([
      true,
      false,
      false,
    ]);
    expect(await Promise.all(asked.map((account) => hasRole(contract, role, account)))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('says so when an account cannot pay, and when a node cannot be reached', async () => {
    const { privateKey } = await chain.newAccount(0n);
    const { rpcUrl } = chain;
    await expect(deployRegistry({ rpcUrl, privateKey })).rejects.toMatchObject({ code: 'LEDGER.UNFUNDED' });
    await expect(deployRegistry({ rpcUrl: UNREACHABLE, privateKey })).rejects.toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      message: 'the node cannot be reached',
    });
    await expect(deployRegistry({ rpcUrl, privateKey: `${privateKey}00` })).rejects.toMatchObject({
      code: 'LEDGER.REFUSED',
      message: expect.not.stringContaining(privateKey) as string,
    });
  });

  it('finds no registry where nothing is, where an account is, and where another contract is', async () => {
    const { rpcUrl, privateKey } = chain;
    // The CREATE2 deployer that anvil puts on every chain: a contract, but another one.
    const other = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
    expect(await chain.client.getCode({ address: other })).toBeDefined();
    for (const contract of [zeroAddress, privateKeyToAddress(privateKey), other])
      await expect(findRegistry({ rpcUrl, contract })).rejects.toMatchObject({
        code: 'LEDGER.NO_CONTRACT',
        message: `no CheckpointRegistry at ${contract} of chain ${chain.chainId}`,
        advice: 'stop',
      });
    await expect(findRegistry({ rpcUrl: UNREACHABLE, contract: other })).rejects.toMatchObject({
      code: 'LEDGER.UNAVAILABLE',
      advice: 'retry',
    });
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { EvmLedger, findRegistry } from '#adapters/ledger-evm';
import type { AnchorFacts } from '#ports';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { runAttestry, TestFolder } from '../testing/run-attestry.js';
import { SampleLog } from '../testing/sample-log.js';

/** What `attestry ledger deploy --json` prints. */
interface Deployment {
  readonly chainId: number;
  readonly contract: `0x${string}`;
  readonly transaction: string;
  readonly ledger: { readonly name: string };
}

describe('attestry on an EVM chain', () => {
  const log = new SampleLog();
  let chain: TestChain;
  let folder: TestFolder;
  let key: string;
  beforeAll(async () => {
    chain = await startTestChain();
    folder = await TestFolder.make();
    key = await folder.file('evm.key', `${chain.privateKey}\n`);
  });
  afterAll(async () => {
    await chain.stop();
    await folder.remove();
  });
  const deploy = (...options: string[]) =>
    runAttestry(['ledger', 'deploy', '--rpc', chain.rpcUrl, '--key-file', key, ...options]);

  describe('attestry ledger', () => {
    it('deploys a registry, and prints a configuration that attestry ledger list reads', async () => {
      const { status, stdout, stderr } = await deploy();
      expect([status, stderr]).toEqual([0, '']);
      const contract = /^contract {5}(0x[0-9a-fA-F]{40})$/m.exec(stdout)?.[1] as `0x${string}`;
      expect(await findRegistry({ rpcUrl: chain.rpcUrl, contract })).toEqual({
        contract,
        chainId: chain.chainId,
      });
      const snippet = stdout.slice(stdout.indexOf('ledgers:'));
      expect(parse(snippet)).toMatchObject({ ledgers: [{ contract, keyFile: key, rpcUrl: chain.rpcUrl }] });
      const config = await folder.file('attestry.yaml', snippet);
      expect(await runAttestry(['ledger', 'list', '--config', config])).toEqual({
        status: 0,
        stdout: `evm-${chain.chainId}  evm  ${chain.chainId}  ${contract}\n`,
        stderr: '',
      });
    });

    it('does not deploy without a key, money or a node, and never repeats the key', async () => {
      const { privateKey } = await chain.newAccount(0n);
      const poor = await folder.file('poor.key', privateKey.slice(2));
      const broken = await folder.file('broken.key', privateKey.slice(0, -1));
      for (const [options, code] of [
        [['--key-file', poor], 'LEDGER.UNFUNDED'],
        [['--key-file', broken], 'KEY.INVALID'],
        [['--key-file', `${folder.path}/none`], 'INPUT.MISSING'],
        [['--rpc', 'http://127.0.0.1:1/?key=abcdef'], 'LEDGER.UNAVAILABLE'],
        [['--rpc', 'ws://127.0.0.1:1'], 'USAGE.INVALID'],
      ] as const) {
        const { status, stdout, stderr } = await deploy(...options);
        expect([status, stdout, stderr.split(':', 2)[1]]).toEqual([2, '', ` ${code}`]);
        expect(stderr).not.toContain(privateKey.slice(2, 20));
        expect(stderr).not.toContain('abcdef');
      }
    });
  });

  describe('attestry verify --rpc', () => {
    let facts: AnchorFacts;
    beforeAll(async () => {
      const { contract, chainId } = JSON.parse((await deploy('--json')).stdout) as Deployment;
      const { rpcUrl, privateKey } = chain;
      const ledger = new EvmLedger({
        name: 'chain',
        rpcUrl,
        contract,
        privateKey,
        chainId,
        confirmations: 1,
        intervalMs: 1,
      });
      const anchor = await ledger.prepare(log.checkpoint(7), []);
      await ledger.submit(anchor);
      facts = await factsOf(() => ledger.status(anchor));
      const trusted = { kind: 'evm' as const, chainId, contract };
      await folder.file('trust.json', log.trust({ ledgers: [trusted] }));
    });
    const verify = async (anchors: ReturnType<SampleLog['anchor']>[], rpc = chain.rpcUrl) => {
      const evidence = await folder.file('evidence.json', log.file({ anchors }));
      return runAttestry(['verify', evidence, '--data', folder.path, '--rpc', rpc]);
    };

    it('asks the chain whether the anchor is there', async () => {
      const { status, stdout, stderr } = await verify([log.anchor(facts)]);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^ {2}ok {7}anchor chain: existence +on the chain with \d+ confirmation\(s\)$/m);
    });

    it('does not verify an anchor that the chain does not hold', async () => {
      const invented = { ...facts, transaction: `0x${'ab'.repeat(32)}` };
      const { status, stdout } = await verify([log.anchor(invented)]);
      expect([status, stdout]).toEqual([1, expect.stringContaining('[ANCHOR.NO_TRANSACTION]')]);
    });

    it('does not verify when the chain that was to be asked has no anchor', async () => {
      expect(await verify([])).toMatchObject({
        status: 1,
        stdout: expect.stringContaining('[ANCHOR.NONE_CONFIRMED]') as string,
      });
    });

    it('gives no verdict when the chain cannot be asked', async () => {
      const { status, stdout, stderr } = await verify([log.anchor(facts)], 'http://127.0.0.1:1');
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^attestry: LEDGER\.UNAVAILABLE: /);
    });
  });
});

async function factsOf(status: () => ReturnType<EvmLedger['status']>): Promise<AnchorFacts> {
  for (;;) {
    const found = await status();
    if (found.state === 'included' || found.state === 'final') return found.facts;
    await delay(50);
  }
}

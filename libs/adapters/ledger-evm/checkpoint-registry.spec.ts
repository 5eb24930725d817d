import { keccak256, parseEventLogs, toBytes, zeroHash, type Hex } from 'viem';
import { privateKeyToAccount, privateKeyToAddress } from 'viem/accounts';
import {
  equalBytes,
  inclusionProof,
  nodeHash,
  sha256,
  treeHash,
  verifyConsistency,
  verifyInclusion,
} from '#core';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { testLog } from '../../../test/support/test-log.js';
import { registryArtifact } from './contract-artifact.js';
import { originHash } from './index.js';
import { REGISTRY_ABI } from './registry.abi.js';
import { errorName, registryCaller, type RegistryCaller } from './testing/registry-caller.js';

const SUBMITTER_ROLE = keccak256(toBytes('SUBMITTER_ROLE'));

let chain: TestChain;
let registry: RegistryCaller;
beforeAll(async () => {
  chain = await startTestChain();
  registry = registryCaller(chain);
});
afterAll(async () => chain.stop());

const log = testLog(600);
const fork = testLog(600, 'the same', 'forked ');
const held = (size: number) => ({ ...log.checkpoint(size, `held/${size}`), proof: [] });
const flipped = (hash: Uint8Array) => hash.with(17, hash[17]! ^ 4);

/** Every way to bend a proof: a bit, a hash less, two swapped, a hash more at either end. */
const bent = (proof: readonly Uint8Array[]): Uint8Array[][] => [
  ...proof.map((hash, at) => proof.with(at, flipped(hash))),
  ...proof.map((_, at) => proof.toSpliced(at, 1)),
  ...proof.slice(1).map((hash, at) => proof.with(at, hash).with(at + 1, proof[at]!)),
  [sha256('more'), ...proof],
  [...proof, sha256('more')],
  [...proof, ...proof],
];
const believes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

describe('CheckpointRegistry.submit', () => {
  beforeAll(async () => registry.send(Array.from({ length: 33 }, (_, at) => held(at + 1))));

  it('accepts growth with its consistency proof, for every pair of sizes to 33', async () => {
    for (let from = 1; from < 33; from++) {
      const answers = Array.from({ length: 33 - from }, (_, at) => {
        const to = from + 1 + at;
        return registry.judge({ ...log.checkpoint(to, `held/${from}`), proof: log.proof(from, to) });
      });
      expect([from, new Set(await Promise.all(answers))]).toEqual([from, new Set(['accepted'])]);
    }
  });

  it('refuses every bent proof, other size and other root, for every pair of sizes to 12', async () => {
    let refused = 0;
    for (let from = 1; from < 12; from++)
      for (let to = from + 1; to <= 12; to++) {
        const checkpoint = log.checkpoint(to, `held/${from}`);
        const proof = log.proof(from, to);
        const claims = [
          ...bent(proof).map((other) => ({ ...checkpoint, proof: other })),
          { ...checkpoint, root: flipped(checkpoint.root), proof },
          { ...fork.checkpoint(to, checkpoint.origin), proof },
          { ...fork.checkpoint(to, checkpoint.origin), proof: fork.proof(from, to) },
          ...[to - 1, to + 1, 2 * to, 2n ** 63n, 2n ** 64n - 1n].map((size) => ({
            ...checkpoint,
            size,
            proof,
          })),
        ];
        const answers = await Promise.all(claims.map((claim) => registry.judge(claim)));
        answers.forEach((answer, at) => {
          const { size, root, proof: given } = claims[at]!;
          const claim = {
            from,
            to: Number(size),
            fromRoot: log.checkpoint(from).root,
            toRoot: root,
            proof: given,
          };
          // Some sizes have proofs of one shape; then the core says so too.
          const agreed = Number(size) > from && believes(() => verifyConsistency(claim));
          expect([from, claim.to, at, answer === 'accepted']).toEqual([from, claim.to, at, agreed]);
          if (!agreed) refused++;
        });
      }
    expect(refused).toBeGreaterThan(700);
  });

  it('agrees with the core on large sizes and long proofs', async () => {
    const pairs = [
      [64, 65],
      [127, 511],
      [255, 256],
      [256, 600],
      [257, 513],
      [341, 342],
      [511, 600],
      [598, 599],
    ] as const;
    await registry.send(pairs.map(([from]) => held(from)));
    for (const [from, to] of pairs) {
      const checkpoint = log.checkpoint(to, `held/${from}`);
      const proof = log.proof(from, to);
      expect(await registry.judge({ ...checkpoint, proof })).toBe('accepted');
      const answers = bent(proof).map((other) => registry.judge({ ...checkpoint, proof: other }));
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['InconsistentCheckpoint']));
    }
  });

  it('trusts the first checkpoint of an origin, which has no proof', async () => {
    const first = log.checkpoint(5, 'first');
    expect(await registry.judge({ ...first, proof: [] })).toBe('accepted');
    expect(await registry.judge({ ...first, proof: log.proof(3, 5) })).toBe('InconsistentCheckpoint');
    expect(await registry.judge({ ...first, size: 0, proof: [] })).not.toBe('accepted');
  });

  it('refuses what it holds already, and tells a fork of the same size from it', async () => {
    const origin = 'held/11';
    expect(await registry.judge({ ...log.checkpoint(11, origin), proof: [] })).toBe('StaleCheckpoint');
    expect(await registry.judge({ ...fork.checkpoint(11, origin), proof: [] })).toBe('ForkedCheckpoint');
    expect(await registry.judge({ ...log.checkpoint(10, origin), proof: [] })).toBe('StaleCheckpoint');
    expect(await registry.judge({ ...fork.checkpoint(10, origin), proof: log.proof(10, 11) })).toBe(
      'StaleCheckpoint',
    );
  });

  it('grows from what it accepted last, one origin apart from the others', async () => {
    const steps = [1, 2, 3, 7, 8, 9, 64, 100, 600];
    for (const origin of ['one', 'other'])
      await registry.send(
        steps.map((to, at) => ({
          ...log.checkpoint(to, origin),
          proof: at ? log.proof(steps[at - 1]!, to) : [],
        })),
      );
    await registry.send([{ ...fork.checkpoint(40, 'third'), proof: [] }]);
    for (const [origin, of, size] of [
      ['one', log, 600],
      ['other', log, 600],
      ['third', fork, 40],
    ] as const) {
      const [heldSize, root] = await chain.client.readContract({
        address: chain.contract,
        abi: REGISTRY_ABI,
        functionName: 'latest',
        args: [originHash(origin)],
      });
      expect(heldSize).toBe(BigInt(size));
      expect(equalBytes(toBytes(root), of.checkpoint(size).root)).toBe(true);
    }
  });

  it('emits one event a checkpoint, found by the SHA-256 of the origin', async () => {
    const from = await chain.client.getBlockNumber();
    await registry.send([
      { ...log.checkpoint(5, 'event'), proof: [] },
      { ...log.checkpoint(9, 'event'), proof: log.proof(5, 9) },
      { ...log.checkpoint(2, 'another'), proof: [] },
    ]);
    const logs = await chain.client.getLogs({ address: chain.contract, fromBlock: from });
    const found = parseEventLogs({ abi: REGISTRY_ABI, logs, args: { origin: originHash('event') } });
    expect(found.map(({ args }) => args)).toEqual(
      [5, 9].map((size) => ({
        origin: originHash('event'),
        size: BigInt(size),
        root: `0x${Buffer.from(log.checkpoint(size).root).toString('hex')}`,
      })),
    );
    // printf event | sha256sum
    expect(originHash('event')).toBe('0xb8e1f80bd70ae0784c7855a451731b745fddb67749d23f637be9082b75e9575b');
  });
});

describe('CheckpointRegistry.verifyInclusion', () => {
  const sizes = [1, 2, 3, 5, 8, 13, 33];
  const origin = (size: number) => `included/${size}`;
  beforeAll(async () =>
    registry.send(sizes.map((size) => ({ ...log.checkpoint(size, origin(size)), proof: [] }))),
  );

  it.each(sizes)('agrees with the core on every leaf of %i, true and bent', async (size) => {
    const leaves = log.leaves.slice(0, size);
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionProof(index, leaves);
      const claims = [
        { index, leaf, proof },
        { index, leaf: flipped(leaf), proof },
        ...bent(proof).map((other) => ({ index, leaf, proof: other })),
        ...[index - 1, index + 1, size, 2 * size].map((other) => ({
          index: Math.max(0, other),
          leaf,
          proof,
        })),
      ];
      const answers = await Promise.all(
        claims.map((claim) => registry.includes({ origin: origin(size), ...claim })),
      );
      const root = log.checkpoint(size).root;
      expect(answers).toEqual(
        claims.map((claim) => believes(() => verifyInclusion({ ...claim, size, root }))),
      );
      expect(answers[0]).toBe(true);
    }
  });

  it('knows no leaf beyond the size, even where the hashes would fit', async () => {
    // A tree of five whose last leaf is a node in disguise: index 5 would be that node's right child.
    const [below, leaf] = [sha256('left child'), sha256('right child')];
    const first = treeHash(log.leaves.slice(0, 4));
    const root = nodeHash(first, nodeHash(below, leaf));
    await registry.send([{ origin: 'disguise', size: 5, root, proof: [] }]);
    const proof = [below, first];
    expect(await registry.includes({ origin: 'disguise', index: 5, leaf, proof })).toBe(false);
    const five = { origin: 'disguise', index: 4, leaf: nodeHash(below, leaf), proof: [first] };
    expect(await registry.includes(five)).toBe(true);
  });

  it('knows no leaf of an origin that it does not know', async () => {
    const nothing = { origin: 'nobody', index: 0, proof: [] };
    expect(await registry.includes({ ...nothing, leaf: log.leaves[0]! })).toBe(false);
    expect(await registry.includes({ ...nothing, leaf: new Uint8Array(32) })).toBe(false);
  });
});

describe('CheckpointRegistry and its roles', () => {
  const write = (functionName: 'grantRole' | 'revokeRole', key: Hex, role: Hex, account: Hex) =>
    chain.client.simulateContract({
      address: chain.contract,
      abi: REGISTRY_ABI,
      account: privateKeyToAccount(key),
      functionName,
      args: [role, account],
    });

  it('lets submitters submit and nobody else, admins grant and nobody else', async () => {
    const { privateKey, address } = await chain.newAccount();
    const stranger = registryCaller({ ...chain, privateKey });
    const first = { ...log.checkpoint(3, 'roles'), proof: [] };
    expect(await stranger.judge(first)).toBe('AccessControlUnauthorizedAccount');
    await expect(write('grantRole', privateKey, SUBMITTER_ROLE, address).catch(errorName)).resolves.toBe(
      'AccessControlUnauthorizedAccount',
    );
    for (const [functionName, answer] of [
      ['grantRole', 'accepted'],
      ['revokeRole', 'AccessControlUnauthorizedAccount'],
    ] as const) {
      const { request } = await write(functionName, chain.privateKey, SUBMITTER_ROLE, address);
      const hash = await chain.client.writeContract(request);
      await chain.client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
      expect(await stranger.judge(first)).toBe(answer);
    }
  });

  it('gives the deployer both roles, and checks them before anything else', async () => {
    const owner = privateKeyToAddress(chain.privateKey);
    for (const role of [SUBMITTER_ROLE, zeroHash])
      expect(
        await chain.client.readContract({
          address: chain.contract,
          abi: REGISTRY_ABI,
          functionName: 'hasRole',
          args: [role, owner],
        }),
      ).toBe(true);
    const stranger = registryCaller({ ...chain, ...(await chain.newAccount()) });
    expect(await stranger.judge({ ...log.checkpoint(1, 'held/11'), proof: [] })).toBe(
      'AccessControlUnauthorizedAccount',
    );
  });
});

describe('the ABI that we call', () => {
  interface Item {
    readonly type: string;
    readonly name?: string;
    readonly inputs: readonly { readonly name: string; readonly type: string; readonly indexed?: boolean }[];
    readonly outputs?: readonly { readonly type: string }[];
    readonly stateMutability?: string;
  }
  const essence = ({ type, name, inputs, outputs, stateMutability }: Item) => ({
    type,
    name,
    inputs: inputs.map((input) => [input.type, input.name, input.indexed ?? false]),
    outputs: outputs?.map((output) => output.type),
    stateMutability,
  });

  it('is the one that the compiler wrote', () => {
    const compiled = (registryArtifact().abi as readonly Item[]).map(essence);
    for (const item of REGISTRY_ABI as readonly Item[]) expect(compiled).toContainEqual(essence(item));
  });
});

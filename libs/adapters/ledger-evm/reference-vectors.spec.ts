import { existsSync, readFileSync } from 'node:fs';
import { fromBase64 } from '#core';
import { startTestChain, type TestChain } from '../../../test/support/test-chain.js';
import { registryCaller, type RegistryCaller } from './testing/registry-caller.js';

interface InclusionVector {
  readonly case: string;
  readonly leafIdx: bigint;
  readonly treeSize: bigint;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface ConsistencyVector {
  readonly case: string;
  readonly size1: bigint;
  readonly size2: bigint;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const folder = '../shared/vectors/merkle';
const present = existsSync(folder);
if (!present) console.warn(`skipped: the shared Merkle vectors are not at ${folder}`);

/** Integers as bigint: some are beyond what a number holds. */
function vectors(file: string): unknown {
  const exact = (_: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' ? BigInt(source!) : value;
  const parse = JSON.parse as (text: string, revive: typeof exact) => unknown;
  return parse(readFileSync(`${folder}/${file}`, 'utf8'), exact);
}

const decoded = (hashes: readonly string[] | null) => (hashes ?? []).map(fromBase64);
/** What cannot even be written as calldata: a hash that is not 32 bytes long. */
const isWritable = (...hashes: readonly string[]) => hashes.every((hash) => fromBase64(hash).length === 32);

(present ? describe : describe.skip)('CheckpointRegistry and the vectors of transparency-dev/merkle', () => {
  let chain: TestChain;
  let registry: RegistryCaller;
  beforeAll(async () => {
    chain = await startTestChain();
    registry = registryCaller(chain);
  });
  afterAll(async () => chain.stop());

  it('judges consistency proofs as they ask', async () => {
    const all = vectors('consistency.json') as readonly ConsistencyVector[];
    // The contract's first checkpoint is trusted: size 0 has no proof to judge.
    const cases = all.filter(
      ({ size1, root1, root2, proof }) => size1 > 0n && isWritable(root1, root2, ...(proof ?? [])),
    );
    const left = all.filter((vector) => !cases.includes(vector));
    expect(left.filter((vector) => !vector.wantErr)).toEqual([]);
    expect(cases.length).toBeGreaterThan(28);

    await registry.send(
      cases.map((vector) => ({
        origin: vector.case,
        size: vector.size1,
        root: fromBase64(vector.root1),
        proof: [],
      })),
    );
    for (const vector of cases) {
      const answer = await registry.judge({
        origin: vector.case,
        size: vector.size2,
        root: fromBase64(vector.root2),
        proof: decoded(vector.proof),
      });
      // True, but no growth: the contract holds it already.
      const same = !vector.wantErr && vector.size1 === vector.size2;
      const expected = same ? 'StaleCheckpoint' : 'accepted';
      expect([vector.case, answer === expected]).toEqual([vector.case, !vector.wantErr]);
    }
  });

  it('judges inclusion proofs as they ask', async () => {
    const all = vectors('inclusion.json') as readonly InclusionVector[];
    const cases = all.filter(
      ({ treeSize, root, leafHash, proof }) => treeSize > 0n && isWritable(root, leafHash, ...(proof ?? [])),
    );
    const left = all.filter((vector) => !cases.includes(vector));
    expect(left.filter((vector) => !vector.wantErr)).toEqual([]);
    expect(cases.length).toBeGreaterThan(30);

    await registry.send(
      cases.map((vector) => ({
        origin: vector.case,
        size: vector.treeSize,
        root: fromBase64(vector.root),
        proof: [],
      })),
    );
    for (const vector of cases) {
      const claim = {
        index: vector.leafIdx,
        leaf: fromBase64(vector.leafHash),
        proof: decoded(vector.proof),
      };
      const answer = await registry.includes({ origin: vector.case, ...claim });
      expect([vector.case, answer]).toEqual([vector.case, !vector.wantErr]);
    }
  });
});

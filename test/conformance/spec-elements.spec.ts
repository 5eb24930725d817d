import { createHash, createHmac } from 'node:crypto';
import {
  elementLeaves,
  elementTree,
  exactElements,
  fromHex,
  inclusionProof,
  parseResource,
  toHex,
  verifyInclusion,
} from '#core';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/elements.md', () => {
  const example = examplesOf('elements.md');
  const columns = (name: string) =>
    linesOf(example(name)).map((line) => line.split(/ +/) as [string, string]);
  const elements = exactElements(parseResource(examplesOf('views.md')('resource')));
  const recordSalt = fromHex(linesOf(example('record-salt'))[0]!, 32);
  const leaves = elementLeaves(elements, recordSalt);

  it('are the elements of the example resource', () => {
    expect(elements.map(({ json }) => json)).toEqual(linesOf(example('elements')));
    expect(elements.map(({ name }) => name)).toEqual(columns('salts').map(([name]) => name));
  });

  it('are salted and hashed as the page says', () => {
    const salts = columns('salts').map(([name]) => [
      name,
      createHmac('sha256', recordSalt).update(`element:${name}`).digest('hex'),
    ]);
    expect(salts).toEqual(columns('salts'));
    const hashes = linesOf(example('elements')).map((json, at) => {
      const [name, salt] = columns('salts')[at]!;
      return [name, createHash('sha256').update(`00${salt}`, 'hex').update(json).digest('hex')];
    });
    expect(hashes).toEqual(columns('leaves'));
    expect(leaves.map(({ name, leaf }) => [name, toHex(leaf)])).toEqual(columns('leaves'));
  });

  it('make the tree and the proof shown', () => {
    const root = linesOf(example('root'))[0]!;
    expect(elementTree(leaves)).toEqual({ count: leaves.length, root });
    const index = leaves.findIndex(({ name }) => name === 'status');
    const hashes = leaves.map(({ leaf }) => leaf);
    const proof = linesOf(example('proof-of-status')).map((hash) => fromHex(hash));
    expect(inclusionProof(index, hashes).map(toHex)).toEqual(proof.map(toHex));
    verifyInclusion({ index, size: hashes.length, leaf: hashes[index]!, proof, root: fromHex(root) });
  });
});

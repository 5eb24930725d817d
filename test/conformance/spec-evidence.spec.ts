import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import {
  appendToTree,
  checkEvidence,
  describeVersion,
  discloseEvidence,
  formatCheckpoint,
  formatTlogProof,
  inclusionProof,
  leafHash,
  parseEvidence,
  parseResource,
  parseTrust,
  sha256,
  signNote,
  type Disclosure,
  type Evidence,
} from '#core';
import { exampleLog, exampleWitness } from './published-keys.js';
import { examplesOf, linesOf } from './spec-page.js';

const example = examplesOf('evidence.md');
const evidence = parseEvidence(example('evidence'));
const trust = parseTrust(example('trust'));
const resource = parseResource(example('resource'));
const disclosures = JSON.parse(example('disclosures')) as readonly Disclosure[];

describe('the examples of docs/spec/evidence.md', () => {
  it('pass the checks that they say, with the trust file of the page', () => {
    const report = checkEvidence(evidence, trust, { resource });
    expect(report).toMatchObject({ verified: true, match: 'exact' });
    expect(report.checks.map(({ name, status }) => `${name}: ${status}`)).toEqual(linesOf(example('checks')));
    expect(report.checks.slice(1, 3).map(({ detail }) => detail)).toEqual(
      linesOf(example('commitment-and-leaf')),
    );
  });

  it('are made of the inputs that the page names', () => {
    const { statement, commitment } = describeVersion({
      source: evidence.statement.source,
      fhirVersion: evidence.statement.fhirVersion,
      resource,
      interaction: 'create',
      observed: evidence.statement.observed,
      recordSalt: Buffer.from(evidence.opening!.salt, 'hex'),
    });
    expect(evidence.statement).toEqual(statement);
    const entries = [0, 1, 2, 3, 4].map((at) => sha256(`entry ${at}`));
    const leaves = [...entries, commitment].map(leafHash);
    const { root } = appendToTree(0, [], leaves);
    const text = formatCheckpoint({ origin: exampleLog.name, size: 6, root });
    const checkpoint = signNote(text, [exampleLog, exampleWitness]);
    const proof = formatTlogProof({ index: 5, hashes: inclusionProof(5, leaves), checkpoint });
    expect(evidence.proof).toBe(proof);
    const anchored = appendToTree(0, [], [...leaves, leafHash(sha256('entry 6'))]).root;
    expect(evidence.anchors[0]!.root).toBe(Buffer.from(anchored).toString('hex'));
  });

  it('disclose the birth date as shown', () => {
    const disclosed = discloseEvidence(evidence, resource, ['birthDate']);
    expect(disclosed.disclosures).toEqual(disclosures);
    expect(checkEvidence(disclosed, trust, { resource }).verified).toBe(true);
  });
});

/** The way of a stranger who has the pages, node:crypto, and nothing of ours. */
describe('a verifier written from docs/spec alone', () => {
  const document = JSON.parse(example('evidence')) as Evidence;
  const hash = (...parts: (string | Buffer)[]) =>
    parts.reduce((whole, part) => whole.update(part), createHash('sha256')).digest();
  const hmac = (key: Buffer, text: string | Buffer) => createHmac('sha256', key).update(text).digest();
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const node = (left: Buffer, right: Buffer) => hash(Buffer.of(1), left, right);
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    );

  function rootByInclusion(index: number, size: number, leaf: Buffer, proof: readonly Buffer[]): Buffer {
    let [position, last, current] = [index, size - 1, leaf];
    for (const sibling of proof) {
      expect(last).not.toBe(0);
      if (position % 2 === 1 || position === last) {
        current = node(sibling, current);
        while (position % 2 === 0 && position !== 0) [position, last] = [position >> 1, last >> 1];
      } else current = node(current, sibling);
      [position, last] = [position >> 1, last >> 1];
    }
    expect(last).toBe(0);
    return current;
  }

  const [head, checkpoint] = splitOnce(document.proof, '\n\n');
  const proof = head.split('\n').slice(2);
  const [text, signatures] = splitOnce(checkpoint, '\n\n');
  const [, size, root] = text.split('\n');
  const commitment = hash('attestry/statement/v1\n', sorted(document.statement));
  const leaf = hash(Buffer.of(0), commitment);

  it('computes commitment and leaf', () => {
    expect([commitment, leaf].map((digest) => digest.toString('hex'))).toEqual(
      linesOf(example('commitment-and-leaf')),
    );
  });

  it('finds the leaf in the tree', () => {
    const hashes = proof.map((line) => Buffer.from(line, 'base64'));
    const computed = rootByInclusion(document.index, Number(size), leaf, hashes);
    expect(computed.toString('base64')).toBe(root);
  });

  it('verifies the signatures of the log and of the witness', () => {
    const verified = [trust.logs[0]!, trust.witnesses[0]!].map((vkey) => {
      const [name, id, encoded] = [
        vkey.split('+')[0]!,
        vkey.split('+')[1]!,
        vkey.split('+').slice(2).join('+'),
      ];
      const key = Buffer.from(encoded, 'base64');
      expect(hash(`${name}\n`, key).subarray(0, 4).toString('hex')).toBe(id);
      const line = signatures.split('\n').find((candidate) => candidate.startsWith(`— ${name} `))!;
      const signed = Buffer.from(line.split(' ')[2]!, 'base64');
      expect(signed.subarray(0, 4).toString('hex')).toBe(id);
      const time = key[0] === 4 ? signed.readBigUInt64BE(4) : undefined;
      const message = time === undefined ? `${text}\n` : `cosignature/v1\ntime ${time}\n${text}\n`;
      const x = key.subarray(1).toString('base64url');
      const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      return verify(null, Buffer.from(message), publicKey, signed.subarray(time === undefined ? 4 : 12));
    });
    expect(verified).toEqual([true, true]);
  });

  it('opens the statement and recognises the resource', () => {
    const salt = bytes(document.opening!.salt);
    const { statement } = document;
    expect(hmac(salt, 'statement').toString('hex')).toBe(statement.salt);
    const leaves = Object.entries(document.opening!.elements).sort(([a], [b]) => (a < b ? -1 : 1));
    const [a, b, c, d] = leaves.map(([, hex]) => bytes(hex));
    expect(node(node(a!, b!), node(c!, d!)).toString('hex')).toBe(statement.elements!.root);
    const view = { active: true, birthDate: '1970-01-01', id: 'p1', resourceType: 'Patient' };
    for (const [name, hex] of leaves) {
      const json = JSON.stringify({ [name]: view[name as keyof typeof view] });
      expect(hash(Buffer.of(0), hmac(salt, `element:${name}`), json).toString('hex')).toBe(hex);
    }
    const blinded = hmac(hmac(salt, 'view:exact'), hash(JSON.stringify(view)));
    expect(blinded.toString('hex')).toBe(statement.exact);
    const { id: _id, ...portable } = view;
    const portableDigest = hmac(hmac(salt, 'view:portable'), hash(JSON.stringify(portable)));
    expect(portableDigest.toString('hex')).toBe(statement.portable);
  });

  it('finds the disclosed birth date in the element tree', () => {
    const [{ json, salt, position, path }] = disclosures as [Disclosure];
    const shown = hash(Buffer.of(0), bytes(salt), json);
    const { count, root: elementRoot } = document.statement.elements!;
    expect(rootByInclusion(position, count, shown, path.map(bytes)).toString('hex')).toBe(elementRoot);
  });
});

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

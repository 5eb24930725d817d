import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  consistencyProof,
  describeVersion,
  ed25519NoteSigner,
  formatCheckpoint,
  formatEvidence,
  formatTlogProof,
  formatTrust,
  inclusionProof,
  leafHash,
  parseResource,
  sha256,
  signNote,
  toHex,
  treeHash,
  type Checkpoint,
  type Evidence,
  type EvidenceAnchor,
  type Trust,
} from '#core';

const ORIGIN = 'log.example/cli';
const INDEX = 5;
const SIZE = 9;

/** The record that {@link SampleLog} is about. */
export const PATIENT = JSON.stringify({
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '3', lastUpdated: '2026-01-02T03:04:05Z' },
  birthDate: '1970-01-01',
  gender: 'female',
});

/** A log with a key of its own, and what proves its entry about {@link PATIENT}. */
export class SampleLog {
  private readonly salt = randomBytes(32);
  private readonly signer = newSigner();
  private readonly version = describeVersion({
    source: 'https://fhir.example.org/r4',
    fhirVersion: '4.0.1',
    resource: parseResource(PATIENT),
    interaction: 'update',
    observed: '2026-01-02T03:04:06.000Z',
    recordSalt: this.salt,
  });
  private readonly leaves = Array.from({ length: 12 }, (_, at) =>
    leafHash(at === INDEX ? this.version.commitment : sha256(`entry ${at}`)),
  );

  /** A trust file that believes this log. */
  trust(over: Partial<Trust> = {}): string {
    return formatTrust({
      attestry: 1,
      logs: [this.signer.verifierKey],
      witnesses: [],
      quorum: 0,
      ledgers: [],
      ...over,
    });
  }

  checkpoint(size: number): Checkpoint {
    return { origin: ORIGIN, size, root: treeHash(this.leaves.slice(0, size)) };
  }

  /** An anchor of the checkpoint of seven entries, where a ledger says that it is. */
  anchor(facts: EvidenceAnchor['facts'], ledger = 'chain'): EvidenceAnchor {
    const { size, root } = this.checkpoint(7);
    const consistency = consistencyProof(size, this.leaves.slice(0, SIZE)).map(toHex);
    return { ledger, kind: 'evm', state: 'final', size, root: toHex(root), consistency, facts };
  }

  evidence(over: Partial<Evidence> = {}): Evidence {
    const note = signNote(formatCheckpoint(this.checkpoint(SIZE)), [this.signer]);
    const hashes = inclusionProof(INDEX, this.leaves.slice(0, SIZE));
    const elements = this.version.elements.map(({ name, leaf }) => [name, toHex(leaf)] as const);
    return {
      attestry: 1,
      statement: this.version.statement,
      opening: { salt: toHex(this.salt), elements: Object.fromEntries(elements) },
      index: INDEX,
      proof: formatTlogProof({ index: INDEX, hashes, checkpoint: note }),
      anchors: [],
      ...over,
    };
  }

  /** The text of an evidence file. */
  file(over: Partial<Evidence> = {}): string {
    return formatEvidence(this.evidence(over));
  }
}

function newSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return ed25519NoteSigner(ORIGIN, key, (message) => sign(null, message, privateKey));
}

import { generateKeyPairSync, sign } from 'node:crypto';
import {
  appendToTree,
  consistencyProof,
  describeVersion,
  ed25519Cosigner,
  ed25519NoteSigner,
  formatCheckpoint,
  formatTlogProof,
  inclusionProof,
  leafHash,
  parseResource,
  sha256,
  signNote,
  toHex,
  treeHash,
  type Evidence,
  type FhirResource,
  type NoteSigner,
  type Statement,
  type Trust,
} from '#core';

export const SOURCE = 'https://fhir.example.org/r4';
export const RECORD_SALT = Uint8Array.from({ length: 32 }, (_, at) => at);
export const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3';

/** A resource with what views and elements have to deal with: a sibling, a precise decimal, references, narrative. */
export const PATIENT = `{
  "resourceType": "Patient", "id": "p1",
  "meta": { "versionId": "3", "lastUpdated": "2026-01-02T03:04:05.678Z", "tag": [{ "code": "demo" }] },
  "text": { "status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Ann</div>" },
  "name": [{ "family": "Ångström", "given": ["Ann"] }],
  "birthDate": "1970-01-01", "_birthDate": { "extension": [{ "url": "http://example.org/x", "valueDecimal": 1.00 }] },
  "multipleBirthInteger": 2,
  "managingOrganization": { "reference": "${SOURCE}/Organization/o1" }
}`;

/** A signer of its own each time; `time` makes it a witness. */
export function newSigner(name: string, time?: number): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
  const signBytes = (message: Uint8Array) => sign(null, message, privateKey);
  return time === undefined
    ? ed25519NoteSigner(name, key, signBytes)
    : ed25519Cosigner(name, key, time, signBytes);
}

/** A log with an entry about the patient, its witnesses and its contract. */
export class ExampleLog {
  readonly log = newSigner('log.example/attestry');
  readonly witnesses = [newSigner('w1.example', 1_700_000_000), newSigner('w2.example', 1_700_000_001)];
  readonly resource: FhirResource = parseResource(PATIENT);
  readonly version = describeVersion({
    source: SOURCE,
    fhirVersion: '4.0.1',
    resource: this.resource,
    interaction: 'update',
    observed: '2026-01-02T03:04:06.000Z',
    recordSalt: RECORD_SALT,
  });
  private readonly leaves: readonly Uint8Array[];

  constructor(
    readonly index = 5,
    commitment?: Uint8Array,
  ) {
    const others = Array.from({ length: 20 }, (_, at) => sha256(`entry ${at}`));
    this.leaves = others.with(index, commitment ?? this.version.commitment).map(leafHash);
  }

  get trust(): Trust {
    return {
      attestry: 1,
      logs: [this.log.verifierKey],
      witnesses: this.witnesses.map(({ verifierKey }) => verifierKey),
      quorum: 1,
      ledgers: [{ kind: 'evm', chainId: 31337, contract: CONTRACT }],
    };
  }

  checkpoint(size: number, signers = [this.log, ...this.witnesses]): string {
    const { root } = appendToTree(0, [], this.leaves.slice(0, size));
    return signNote(formatCheckpoint({ origin: 'log.example/attestry', size, root }), signers);
  }

  proof(size: number, checkpoint = this.checkpoint(size), index = this.index): string {
    const hashes = inclusionProof(index, this.leaves.slice(0, size));
    return formatTlogProof({ index, hashes, checkpoint });
  }

  anchor(size: number, anchored: number): Evidence['anchors'][number] {
    const [from, to] = size < anchored ? [size, anchored] : [anchored, size];
    return {
      ledger: 'anvil',
      kind: 'evm',
      state: 'final',
      size: anchored,
      root: toHex(treeHash(this.leaves.slice(0, anchored))),
      consistency: consistencyProof(from, this.leaves.slice(0, to)).map(toHex),
      facts: {
        chainId: 31337,
        contract: CONTRACT.toLowerCase(),
        transaction: `0x${'1a'.repeat(32)}`,
        block: 7,
        blockHash: `0x${'2b'.repeat(32)}`,
      },
    };
  }

  /** Evidence under a checkpoint of nine entries, anchored when there were seven. */
  evidence(statement: Statement = this.version.statement): Evidence {
    const elements = this.version.elements.map(({ name, leaf }) => [name, toHex(leaf)] as const);
    return {
      attestry: 1,
      statement,
      opening: { salt: toHex(RECORD_SALT), elements: Object.fromEntries(elements) },
      index: this.index,
      proof: this.proof(9),
      anchors: [this.anchor(9, 7)],
    };
  }
}

import type { Statement } from '../statement/statement.js';

/** Media type of an evidence document. */
export const EVIDENCE_MEDIA_TYPE = 'application/vnd.attestry.evidence+json';

/**
 * One self-contained document that proves a record version; the shape is that of its JSON. docs/spec/evidence.md
 * It holds either an opening, which lets its reader recognise every element, or disclosures of some elements.
 */
export interface Evidence {
  readonly attestry: 1;
  readonly statement: Statement;
  readonly opening?: Opening;
  readonly disclosures?: readonly Disclosure[];
  /** Of the entry in the log. */
  readonly index: number;
  /** A C2SP tlog-proof, with the signed checkpoint in it. */
  readonly proof: string;
  readonly anchors: readonly EvidenceAnchor[];
}

/** What opens a whole statement. Only for those who may see the whole record: values can be tried against it. */
export interface Opening {
  /** The record salt: 32 bytes in hexadecimal. */
  readonly salt: string;
  /** Leaf hash of each element in hexadecimal, by element name; none for a delete. */
  readonly elements: Readonly<Record<string, string>>;
}

/** One element shown, with its proof that the statement commits to it. */
export interface Disclosure {
  readonly name: string;
  /** The element's JSON as a string, so that no parser can change a number in it. */
  readonly json: string;
  /** The element salt: 32 bytes in hexadecimal. */
  readonly salt: string;
  /** Of the leaf among the `elements.count` leaves of the statement. */
  readonly position: number;
  /** RFC 6962 inclusion proof in the element tree, hexadecimal. */
  readonly path: readonly string[];
}

/** A checkpoint of the same log on a ledger. */
export interface EvidenceAnchor {
  readonly ledger: string;
  readonly kind: string;
  readonly state: 'included' | 'final';
  readonly size: number;
  /** 32 bytes in hexadecimal. */
  readonly root: string;
  /** RFC 6962 consistency proof between this checkpoint and that of `proof`, whichever is smaller first. */
  readonly consistency: readonly string[];
  /** What the ledger's verifier needs to find it. For `evm`: chainId, contract, transaction, block, blockHash. */
  readonly facts: Readonly<Record<string, string | number>>;
}

import { canonicalJson } from '../canonical/canonical-json.js';
import { parseJson } from '../canonical/canonicalise.js';
import { tokenInteger, type JsonValue } from '../canonical/json-value.js';
import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { refusedAs } from '../core.errors.js';
import { parseNote } from '../note/note.js';
import { parseStatement } from '../statement/parse-statement.js';
import { parseTlogProof } from '../tlog-proof/tlog-proof.js';
import { DocumentReader, HASH } from '../document/document-reader.js';
import type { Disclosure, Evidence, EvidenceAnchor, Opening } from './evidence.js';

/** A disclosed element of 16 MiB still fits, escaped as it is in a string. */
const LIMITS = { maxBytes: 40 * 1024 * 1024, maxDepth: 8 };

const LEDGER_NAME = /^[a-z0-9-]+$/;
const EVM_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const EVM_HASH = /^0x[0-9a-f]{64}$/;

/** Reads an evidence document (docs/spec/evidence.md). Well-formed says nothing of true. Throws EVIDENCE.MALFORMED. */
export function parseEvidence(input: Uint8Array | string): Evidence {
  return refusedAs('EVIDENCE.MALFORMED', 'evidence', () => readEvidence(parseJson(input, LIMITS)));
}

function readEvidence(value: JsonValue): Evidence {
  const document = readerOf(
    value,
    'document',
    ['attestry', 'statement', 'index', 'proof', 'anchors'],
    ['opening', 'disclosures'],
  );
  if (document.has('opening') === document.has('disclosures'))
    throw document.refusal('has not exactly one of opening and disclosures');
  const evidence: Evidence = {
    attestry: document.version('attestry'),
    statement: parseStatement(canonicalJson(document.value('statement'))),
    ...(document.has('opening')
      ? { opening: readOpening(document.value('opening')) }
      : { disclosures: document.list('disclosures', readDisclosure) }),
    index: document.integer('index'),
    proof: readProof(document.string('proof')),
    anchors: document.list('anchors', readAnchor),
  };
  const shown = (evidence.disclosures ?? []).map(({ name }) => name);
  if (new Set(shown).size < shown.length) throw document.refusal('shows one element twice');
  return evidence;
}

function readOpening(value: JsonValue): Opening {
  const opening = readerOf(value, 'opening', ['salt', 'elements']);
  return {
    salt: opening.string('salt', HASH),
    elements: opening.record('elements', (leaf, what) => opening.stringOf(what, leaf, HASH)),
  };
}

function readDisclosure(value: JsonValue, what: string): Disclosure {
  const disclosure = readerOf(value, what, ['name', 'json', 'salt', 'position', 'path']);
  return {
    name: disclosure.string('name'),
    json: disclosure.string('json'),
    salt: disclosure.string('salt', HASH),
    position: disclosure.integer('position'),
    path: disclosure.strings('path', HASH),
  };
}

function readProof(text: string): string {
  parseCheckpoint(parseNote(parseTlogProof(text).checkpoint).text);
  return text;
}

function readAnchor(value: JsonValue, what: string): EvidenceAnchor {
  const anchor = readerOf(value, what, ['ledger', 'kind', 'state', 'size', 'root', 'consistency', 'facts']);
  const kind = anchor.string('kind', LEDGER_NAME);
  if (kind === 'evm') readEvmFacts(anchor.value('facts'), `${what}.facts`);
  return {
    ledger: anchor.string('ledger', LEDGER_NAME),
    kind,
    state: anchor.oneOf('state', ['included', 'final']),
    size: anchor.integer('size'),
    root: anchor.string('root', HASH),
    consistency: anchor.strings('consistency', HASH),
    facts: anchor.record('facts', (fact, name) => tokenInteger(fact) ?? anchor.stringOf(name, fact)),
  };
}

function readEvmFacts(value: JsonValue, what: string): void {
  const facts = readerOf(value, what, ['chainId', 'contract', 'transaction', 'block', 'blockHash']);
  facts.integer('chainId');
  facts.string('contract', EVM_ADDRESS);
  facts.string('transaction', EVM_HASH);
  facts.integer('block');
  facts.string('blockHash', EVM_HASH);
}

function readerOf(value: JsonValue, what: string, required: string[], optional?: string[]): DocumentReader {
  return new DocumentReader('EVIDENCE.MALFORMED', what, value, required, optional);
}

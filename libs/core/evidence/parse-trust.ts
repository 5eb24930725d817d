import { parseJson } from '../canonical/canonicalise.js';
import type { JsonValue } from '../canonical/json-value.js';
import { refusedAs } from '../core.errors.js';
import { toHex } from '../encoding/encoding.js';
import { COSIGNATURE_TYPES, parseVerifierKey, SIGNATURE_TYPE } from '../note/verifier-key.js';
import { DocumentReader } from '../document/document-reader.js';
import type { Trust, TrustedLedger } from './trust.js';

const CONTRACT = /^0x[0-9a-fA-F]{40}$/;

/** Reads a trust file (docs/spec/evidence.md). Throws TRUST.MALFORMED. */
export function parseTrust(input: Uint8Array | string): Trust {
  return refusedAs('TRUST.MALFORMED', 'trust file', () => readTrust(parseJson(input)));
}

/** The JSON of a trust file, for people to read and edit. Throws TRUST.MALFORMED when nobody could read it again. */
export function formatTrust(trust: Trust): string {
  const text = `${JSON.stringify(trust, undefined, 2)}\n`;
  parseTrust(text);
  return text;
}

function readTrust(value: JsonValue): Trust {
  const document = readerOf(value, 'document', ['attestry', 'logs', 'witnesses', 'quorum', 'ledgers']);
  const trust = {
    attestry: document.version('attestry'),
    logs: readKeys(document, 'logs', [SIGNATURE_TYPE.ed25519]),
    witnesses: readKeys(document, 'witnesses', COSIGNATURE_TYPES),
    quorum: document.integer('quorum'),
    ledgers: document.list('ledgers', readLedger),
  };
  if (trust.quorum > trust.witnesses.length) throw document.refusal('asks for more witnesses than it names');
  return trust;
}

/** A key may stand there only once, whatever its name: one witness under two names would count as two (tlog-policy). */
function readKeys(document: DocumentReader, name: string, types: readonly number[]): string[] {
  const texts = document.strings(name);
  const keys = texts.map(parseVerifierKey);
  if (keys.some((key) => !types.includes(key.type)))
    throw document.refusal(`${name} hold a key of another type`);
  if (new Set(keys.map(({ key }) => toHex(key))).size < keys.length)
    throw document.refusal(`${name} hold one key twice`);
  return texts;
}

function readLedger(value: JsonValue, what: string): TrustedLedger {
  const ledger = readerOf(value, what, ['kind', 'chainId', 'contract']);
  return {
    kind: ledger.oneOf('kind', ['evm']),
    chainId: ledger.integer('chainId'),
    contract: ledger.string('contract', CONTRACT),
  };
}

function readerOf(value: JsonValue, what: string, required: string[]): DocumentReader {
  return new DocumentReader('TRUST.MALFORMED', what, value, required);
}

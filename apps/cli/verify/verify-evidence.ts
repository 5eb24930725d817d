import {
  checkEvidence,
  DEFAULT_JSON_LIMITS,
  parseEvidence,
  parseResource,
  parseTrust,
  type FhirResource,
} from '#core';
import { atPlace } from '../input/place.js';
import { readInput } from '../input/read-input.js';
import { confirmAnchors } from './confirm-anchors.js';
import { findTrustFile } from './trust-file.js';
import type { VerifyResult } from './verify-result.js';

export interface VerifyOptions {
  readonly resource?: string;
  readonly base?: readonly string[];
  readonly trust?: string;
  readonly rpc?: string;
  readonly data?: string;
}

/** A disclosed element of 16 MiB still fits, escaped as it is in a string. */
const MAX_EVIDENCE_BYTES = 40 * 1024 * 1024;
const MAX_TRUST_BYTES = 1024 * 1024;

/** Checks an evidence file. Throws INPUT.*, TRUST.*, EVIDENCE.MALFORMED, CANONICAL.*, RESOURCE.*, LEDGER.UNAVAILABLE. */
export async function verifyEvidence(file: string, options: VerifyOptions): Promise<VerifyResult> {
  const evidence = await readDocument(file, MAX_EVIDENCE_BYTES, parseEvidence);
  const trust = await readDocument(findTrustFile(options), MAX_TRUST_BYTES, parseTrust);
  const resource = options.resource === undefined ? undefined : await readResource(options.resource);
  const report = checkEvidence(evidence, trust, { ...(resource && { resource }), bases: options.base ?? [] });
  if (options.rpc === undefined || !report.verified) return { ...report, evidence };
  const checks = await confirmAnchors(evidence, report.checks, options.rpc);
  return { ...report, evidence, checks, verified: checks.every(({ status }) => status !== 'failed') };
}

function readResource(file: string): Promise<FhirResource> {
  return readDocument(file, DEFAULT_JSON_LIMITS.maxBytes, parseResource);
}

async function readDocument<T>(file: string, maxBytes: number, read: (bytes: Uint8Array) => T): Promise<T> {
  const bytes = await readInput(file, maxBytes);
  return atPlace(file, { bytes, line: 1, alone: true }, read);
}

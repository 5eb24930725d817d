import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { CoreError } from '../core.errors.js';
import { toHex } from '../encoding/encoding.js';
import { leafHash } from '../merkle/tree-hash.js';
import { parseNote } from '../note/note.js';
import { exactElements } from '../resource/elements.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import { commitmentOf } from '../statement/commitment.js';
import { parseTlogProof } from '../tlog-proof/tlog-proof.js';
import { checkAnchoredCheckpoint, checkLedger } from './check-anchor.js';
import { checkDisclosure } from './check-disclosure.js';
import { checkCheckpointSignature, checkCosignatures, checkInclusion } from './check-log.js';
import { checkOpening } from './check-opening.js';
import { Checklist } from './checklist.js';
import { compareResource, type ResourceComparison } from './compare-resource.js';
import type { Evidence } from './evidence.js';
import type { EvidenceReport } from './evidence-report.js';
import { normaliseEvidence } from './format-evidence.js';
import { formatTrust, parseTrust } from './parse-trust.js';
import type { Trust } from './trust.js';

/** What evidence is checked with, besides whom to trust. */
export interface EvidenceCheckOptions {
  /** A copy of the record, to be compared. */
  readonly resource?: FhirResource;
  /** FHIR base URLs, besides the source's own, that references in the copy may begin with. */
  readonly bases?: readonly string[];
}

/**
 * Checks evidence with nothing but what it is given: no clock, no network (docs/spec/evidence.md).
 * Throws EVIDENCE.MALFORMED or TRUST.MALFORMED for what is not of their types; a check that fails is in the report.
 */
export function checkEvidence(
  evidence: Evidence,
  trust: Trust,
  options: EvidenceCheckOptions = {},
): EvidenceReport {
  const claimed = normaliseEvidence(evidence);
  const trusted = parseTrust(formatTrust(trust));
  const list = new Checklist();
  checkLogged(list, claimed, trusted);
  const comparison = checkContent(list, claimed, options);
  checkAnchors(list, claimed, trusted);
  return { verified: list.verified, checks: list.checks, ...comparison };
}

/** That a trusted log holds the statement's commitment. */
function checkLogged(list: Checklist, { statement, index, proof }: Evidence, trust: Trust): void {
  const tlogProof = parseTlogProof(proof);
  const commitment = commitmentOf(statement);
  const leaf = leafHash(commitment);
  list.check('statement', () => `well-formed: ${statement.interaction} of a ${statement.type}`);
  list.check('commitment', () => toHex(commitment));
  list.check('leaf', () => toHex(leaf));
  list.check('inclusion', () => checkInclusion(index, leaf, tlogProof));
  list.check('checkpoint signature', () => checkCheckpointSignature(tlogProof.checkpoint, trust));
  list.check('cosignatures', () => checkCosignatures(tlogProof.checkpoint, trust));
}

/** That what the evidence shows is what the statement commits to, and what the resource holds. */
function checkContent(
  list: Checklist,
  evidence: Evidence,
  { resource, bases = [] }: EvidenceCheckOptions,
): ResourceComparison | undefined {
  const { statement, opening, disclosures = [] } = evidence;
  const comparison = resource && compareResource(evidence, resource, bases);
  list.check('opening', () =>
    opening
      ? checkOpening(opening, statement)
      : { skipped: 'a disclosure: what it does not show stays hidden' },
  );
  list.check('resource', () =>
    comparison ? checkComparison(comparison, opening === undefined) : { skipped: 'no resource was given' },
  );
  const elements = resource && exactElements(resource);
  for (const disclosure of disclosures)
    list.check(`disclosure ${disclosure.name}`, () => checkDisclosure(disclosure, statement, elements));
  return comparison;
}

function checkComparison({ match, matching, differing }: ResourceComparison, isDisclosure: boolean): string {
  if (match === 'exact' && differing.length > 0)
    throw new CoreError(
      'EVIDENCE.WRONG_OPENING',
      'the resource is the one recorded, but the leaves are not its own',
    );
  if (match === 'exact') return 'the resource is the one recorded';
  if (match === 'portable') return 'the resource is a copy of the one recorded';
  if (isDisclosure && match === 'partial' && differing.length === 0)
    return `the resource holds every element shown: ${matching.join(', ')}`;
  const reason = match === 'none' ? 'it shares no element' : `it differs in ${differing.join(', ')}`;
  throw new CoreError('EVIDENCE.OTHER_RESOURCE', `the resource is not the one recorded: ${reason}`);
}

/** That each anchor is of this log and on a ledger that the verifier trusts. Asking the ledger is for others. */
function checkAnchors(list: Checklist, { index, proof, anchors }: Evidence, trust: Trust): void {
  const checkpoint = parseCheckpoint(parseNote(parseTlogProof(proof).checkpoint).text);
  for (const anchor of anchors) {
    list.check(`anchor ${anchor.ledger}: checkpoint`, () =>
      checkAnchoredCheckpoint(anchor, index, checkpoint),
    );
    list.check(`anchor ${anchor.ledger}: contract`, () => checkLedger(anchor, trust));
    list.check(`anchor ${anchor.ledger}: existence`, () => ({
      skipped: 'existence on the ledger not asked',
    }));
  }
}

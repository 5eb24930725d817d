import { fromHex, toHex } from '../encoding/encoding.js';
import { elementLeaves, exactElements } from '../resource/elements.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import { viewDigests } from '../resource/view-digests.js';
import { blindView } from '../statement/blind-view.js';
import type { Statement } from '../statement/statement.js';
import type { Disclosure, Evidence, Opening } from './evidence.js';
import type { EvidenceMatch } from './evidence-report.js';

/** How a resource relates to the record version, and by which of its elements; names are sorted. */
export interface ResourceComparison {
  readonly match: EvidenceMatch;
  readonly matching: readonly string[];
  readonly differing: readonly string[];
}

/**
 * Compares a resource with what the evidence lets its reader recognise: with an opening both views and all elements,
 * with disclosures the elements shown.
 * @param bases FHIR base URLs, besides the source's own, that the resource's references may begin with
 */
export function compareResource(
  evidence: Evidence,
  resource: FhirResource,
  bases: readonly string[],
): ResourceComparison {
  const { statement, opening, disclosures = [] } = evidence;
  const compared = opening ? compareLeaves(opening, resource) : compareDisclosures(disclosures, resource);
  const match = (opening && matchingView(statement, opening, resource, bases)) ?? matchOf(compared.matching);
  return { match, ...compared };
}

function matchingView(
  statement: Statement,
  opening: Opening,
  resource: FhirResource,
  bases: readonly string[],
): EvidenceMatch | undefined {
  const salt = fromHex(opening.salt);
  const digests = [statement.source, ...bases].map((base) => viewDigests(resource, base));
  if (blindView(salt, 'exact', digests[0]!.exact) === statement.exact) return 'exact';
  if (digests.some(({ portable }) => blindView(salt, 'portable', portable) === statement.portable))
    return 'portable';
  return undefined;
}

/** Two resources of one type share `resourceType`, so that alone makes no match. */
function matchOf(matching: readonly string[]): EvidenceMatch {
  return matching.some((name) => name !== 'resourceType') ? 'partial' : 'none';
}

function compareLeaves(opening: Opening, resource: FhirResource) {
  const leaves = elementLeaves(exactElements(resource), fromHex(opening.salt));
  const held = new Map(leaves.map(({ name, leaf }) => [name, toHex(leaf)]));
  return compareNamed(new Map(Object.entries(opening.elements)), held, [...held.keys()]);
}

function compareDisclosures(disclosures: readonly Disclosure[], resource: FhirResource) {
  const held = new Map(exactElements(resource).map(({ name, json }) => [name, json]));
  return compareNamed(new Map(disclosures.map(({ name, json }) => [name, json])), held, []);
}

function compareNamed(
  committed: ReadonlyMap<string, string>,
  held: ReadonlyMap<string, string>,
  others: readonly string[],
) {
  const names = [...new Set([...committed.keys(), ...others])].sort();
  const isSame = (name: string) => committed.has(name) && committed.get(name) === held.get(name);
  return { matching: names.filter(isSame), differing: names.filter((name) => !isSame(name)) };
}

import { CoreError } from '../core.errors.js';
import { fromHex, toHex } from '../encoding/encoding.js';
import { inclusionProof } from '../merkle/list-proof.js';
import { elementLeaves, elementSalt, elementTree, exactElements } from '../resource/elements.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import type { Disclosure, Evidence } from './evidence.js';

/**
 * The same evidence, opened no further than the named elements: nothing in it lets its reader recognise any other.
 * @param resource the record version itself, in any copy whose elements are the same
 * Throws EVIDENCE.CANNOT_DISCLOSE when the evidence has no opening, the resource is another, or lacks a named element.
 */
export function discloseEvidence(
  { opening, ...evidence }: Evidence,
  resource: FhirResource,
  names: readonly string[],
): Evidence {
  if (opening === undefined) throw refusal('evidence without its opening shows what it shows');
  const recordSalt = fromHex(opening.salt, 32);
  const elements = exactElements(resource);
  const leaves = elementLeaves(elements, recordSalt);
  if (elementTree(leaves).root !== evidence.statement.elements?.root)
    throw refusal('the resource is not the one that the evidence is about');
  const hashes = leaves.map(({ leaf }) => leaf);
  const disclosures = [...new Set(names)].map((name): Disclosure => {
    const position = elements.findIndex((element) => element.name === name);
    if (position < 0) throw refusal('the resource has no element of that name');
    return {
      name,
      json: elements[position]!.json,
      salt: toHex(elementSalt(recordSalt, name)),
      position,
      path: inclusionProof(position, hashes).map(toHex),
    };
  });
  return { ...evidence, disclosures };
}

function refusal(reason: string): CoreError {
  return new CoreError('EVIDENCE.CANNOT_DISCLOSE', `disclosure: ${reason}`);
}

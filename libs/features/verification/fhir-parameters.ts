import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import {
  canonicalJson,
  CoreError,
  isJsonArray,
  isJsonObject,
  parseResource,
  type FhirResource,
  type JsonLimits,
  type JsonObject,
  type JsonValue,
} from '#core';
import type { Verdict } from './verdict.js';

/**
 * The resource that a body asks about: the body itself, or the `resource` part of Parameters
 * (https://hl7.org/fhir/R4/operations.html#request). Throws CANONICAL.* and RESOURCE.NOT_A_RESOURCE.
 */
export function resourceToVerify(body: Uint8Array, limits: JsonLimits): FhirResource {
  const whole = parseResource(body, limits);
  if (whole.type !== 'Parameters' || whole.id !== undefined) return whole;
  const parameters = whole.root.get('parameter');
  const parts = isJsonArray(parameters) ? parameters.filter(isResourceParameter) : [];
  const inner = parts.length === 1 ? parts[0]!.get('resource') : undefined;
  if (inner === undefined)
    throw new CoreError('RESOURCE.NOT_A_RESOURCE', 'Parameters must hold exactly one parameter "resource"');
  return parseResource(canonicalJson(inner), limits);
}

function isResourceParameter(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value.get('name') === '"resource"';
}

/** A verdict as the operation's output. */
export function parametersOf(verdict: Verdict): Parameters {
  const { match, standing, assurance, elements, others, index, evidence } = verdict;
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'match', valueCode: match },
      { name: 'standing', valueCode: standing },
      { name: 'assurance', valueCode: assurance.log },
      ...Object.entries(assurance.ledgers).map(([name, state]) => ({
        name: 'ledger',
        part: [
          { name: 'name', valueString: name },
          { name: 'state', valueCode: state },
        ],
      })),
      ...elements.matching.map((name) => ({ name: 'matching', valueString: name })),
      ...elements.differing.map((name) => ({ name: 'differing', valueString: name })),
      ...recordParameter(verdict),
      { name: 'others', valueUnsignedInt: others },
      ...(index === null ? [] : [{ name: 'index', valueUnsignedInt: index }]),
      ...(evidence === null ? [] : [{ name: 'evidence', valueUri: evidence }]),
    ],
  };
}

function recordParameter({ record }: Verdict): ParametersParameter[] {
  if (!record) return [];
  const { source, base, type, id, version, interaction, lastUpdated, observed } = record;
  const part: ParametersParameter[] = [
    { name: 'source', valueString: source },
    { name: 'version', valueUri: `${base}/${type}/${id}/_history/${version}` },
    { name: 'interaction', valueCode: interaction },
    ...(lastUpdated === null ? [] : [{ name: 'lastUpdated', valueInstant: lastUpdated }]),
    { name: 'observed', valueInstant: observed },
  ];
  return [{ name: 'record', part }];
}

import {
  getSearchParameters,
  indexDefaultSearchParameters,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  loadDataType,
} from '@medplum/core';
import type {
  Bundle,
  CodeSystem,
  ResourceType,
  SearchParameter,
  StructureDefinition,
} from '@medplum/fhirtypes';
import { packageFile } from './package-files.js';

const ABSTRACT_TYPES = new Set(['Resource', 'DomainResource']);
/** Kinds of search parameters that the router's matching evaluates; it answers no match for the others. */
const SEARCHABLE_KINDS = new Set(['reference', 'string', 'uri', 'token', 'date']);

const codes = JSON.parse(packageFile('CodeSystem-resource-types.json')) as CodeSystem;

/** Every resource type of R4 (https://hl7.org/fhir/R4/valueset-resource-types.html), in alphabetical order. */
export const RESOURCE_TYPES: readonly ResourceType[] = (codes.concept ?? [])
  .map((concept) => concept.code as ResourceType)
  .filter((type) => !ABSTRACT_TYPES.has(type));

const known = new Set<string>(RESOURCE_TYPES);

export function isResourceType(type: string): type is ResourceType {
  return known.has(type);
}

/** Parameters of every resource, https://hl7.org/fhir/R4/search.html#all */
const COMMON_PARAMETERS = new Set(['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag']);

indexDefaultSearchParameters(
  RESOURCE_TYPES.map(
    (type) => ({ resourceType: 'StructureDefinition', kind: 'resource', type }) as StructureDefinition,
  ),
);
indexStructureDefinitionBundle(JSON.parse(packageFile('Bundle-types.json')) as Bundle<StructureDefinition>);
indexSearchParameterBundle(searchParameters());

/** The search parameters of a type that this server evaluates. */
export function searchParametersOf(type: ResourceType): readonly SearchParameter[] {
  const own = Object.values(getSearchParameters(type) ?? {});
  return own.filter(
    (parameter) =>
      SEARCHABLE_KINDS.has(parameter.type) &&
      parameter.expression !== undefined &&
      (!parameter.code.startsWith('_') || COMMON_PARAMETERS.has(parameter.code)),
  );
}

const loaded = new Set<ResourceType>();

/** Loads what evaluating the search parameters of a type needs, once and only when asked: all types take a second. */
export function loadDefinition(type: ResourceType): void {
  if (loaded.has(type)) return;
  loadDataType(JSON.parse(packageFile(`StructureDefinition-${type}.json`)) as StructureDefinition);
  loaded.add(type);
}

/** Whether a search for `type` may use the parameter `code`. */
export function isSearchParameter(type: ResourceType, code: string): boolean {
  return searchParametersOf(type).some((parameter) => parameter.code === code);
}

/** A logical id, https://hl7.org/fhir/R4/datatypes.html#id */
export const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/**
 * HL7's search parameters. Where they cast several values at once (`Observation.component.value as Quantity`) they
 * contradict FHIRPath, whose `as` takes one value only; `ofType` means what they mean.
 */
function searchParameters(): Bundle<SearchParameter> {
  const bundle = JSON.parse(packageFile('Bundle-searchParams.json')) as Bundle<SearchParameter>;
  for (const { resource } of bundle.entry ?? [])
    if (resource?.expression !== undefined)
      resource.expression = resource.expression.replace(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)');
  return bundle;
}

import { randomBytes } from 'node:crypto';
import {
  describeDeletion,
  describeVersion,
  elementLeaves,
  exactElements,
  type FhirResource,
  type Interaction,
} from '#core';
import { PortError, type NewRecordVersion, type Obtained, type Source } from '#ports';

/** FHIR release that statements name, for each declared version. */
const FHIR_RELEASE = { R4: '4.0.1', R4B: '4.3.0', R5: '5.0.0' } as const;
/** Types, ids and versions are names that go into URLs: https://hl7.org/fhir/R4/datatypes.html#id */
const FHIR_NAME = /^[A-Za-z0-9\-.]{1,64}$/;

/** Where a record version is from. */
export interface Origin {
  readonly source: Source;
  /** When the delivery that told of it was received. */
  readonly observed: Date;
  readonly obtained: Obtained;
  readonly expectsPredecessor: boolean;
}

/** A deletion by name. */
export interface Deletion {
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly lastUpdated: string | undefined;
}

/**
 * Describes a version of a resource.
 * Throws RESOURCE.NOT_A_RESOURCE when it says neither its id nor its version, NORMALISE.INVALID_NAME (stop).
 */
export function recordOfVersion(
  origin: Origin,
  resource: FhirResource,
  interaction: Interaction | undefined,
  warnings: readonly string[],
): NewRecordVersion {
  requireNames(resource.type, resource.id, resource.versionId);
  const recordSalt = randomBytes(32);
  const described = describeVersion({
    ...circumstances(origin),
    resource,
    interaction: interaction === 'create' ? 'create' : 'update',
    recordSalt,
  });
  return {
    ...ofOrigin(origin),
    ...described,
    recordSalt,
    warnings,
    leavesUnder: (salt) => elementLeaves(exactElements(resource), salt),
  };
}

/** Describes a deletion. Throws NORMALISE.INVALID_NAME (stop). */
export function recordOfDeletion(
  origin: Origin,
  { type, id, version, lastUpdated }: Deletion,
): NewRecordVersion {
  requireNames(type, id, version);
  const recordSalt = randomBytes(32);
  const described = describeDeletion({
    ...circumstances(origin),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    type,
    id,
    version,
    recordSalt,
  });
  return { ...ofOrigin(origin), ...described, recordSalt, warnings: [], leavesUnder: undefined };
}

function circumstances({ source, observed }: Origin) {
  return { source: source.base, fhirVersion: FHIR_RELEASE[source.fhirVersion], observed };
}

function ofOrigin({ source, obtained, expectsPredecessor }: Origin) {
  return { sourceId: source.id, obtained, expectsPredecessor };
}

function requireNames(...names: readonly (string | undefined)[]): void {
  if (names.some((name) => name !== undefined && !FHIR_NAME.test(name)))
    throw new PortError(
      'NORMALISE.INVALID_NAME',
      'a type, id or version is not one that FHIR allows',
      'stop',
    );
}

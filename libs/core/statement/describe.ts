import { hmacSha256 } from '#sha256';
import { CoreError } from '../core.errors.js';
import { toHex } from '../encoding/encoding.js';
import type { ElementLeaf } from '../resource/element.js';
import { documentLeaves, elementTree } from '../resource/elements.js';
import { exactDocument } from '../resource/exact-view.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import { digestViews, type ResourceViewDigests } from '../resource/view-digests.js';
import { blindView } from './blind-view.js';
import { checkStatement } from './check-statement.js';
import { commitmentOf } from './commitment.js';
import type { Interaction, Statement } from './statement.js';

/** What is known of a record version besides its content. */
interface Circumstances {
  /** FHIR base URL of the source, without a trailing slash. */
  readonly source: string;
  /** FHIR release, for example `4.0.1`. */
  readonly fhirVersion: string;
  /** When it was received: a string is RFC 3339, UTC, with milliseconds. */
  readonly observed: Date | string;
  /** 32 random bytes, new for every record version and kept beside its statement. */
  readonly recordSalt: Uint8Array;
}

export interface VersionToDescribe extends Circumstances {
  readonly resource: FhirResource;
  readonly interaction: Exclude<Interaction, 'delete'>;
}

export interface DeletionToDescribe extends Circumstances {
  readonly type: string;
  readonly id: string;
  /** The version that the deletion made. */
  readonly version: string;
  readonly lastUpdated?: string;
}

/** A record version's statement with all that opens it. */
export interface DescribedVersion {
  readonly statement: Statement;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
  /** View digests, not blinded; undefined for a delete. */
  readonly views: ResourceViewDigests | undefined;
  /** Sorted by name; none for a delete. */
  readonly elements: readonly ElementLeaf[];
}

/**
 * Describes a version of a resource (docs/spec/statement.md).
 * Throws RESOURCE.NOT_A_RESOURCE when it says neither its id nor its version, and STATEMENT.INVALID.
 */
export function describeVersion(
  version: VersionToDescribe,
): DescribedVersion & { views: ResourceViewDigests } {
  const { resource, recordSalt, source, interaction } = version;
  const { type, id, versionId, lastUpdated } = resource;
  if (id === undefined || versionId === undefined)
    throw new CoreError('RESOURCE.NOT_A_RESOURCE', 'expected a resource with an id and a meta.versionId');
  const document = exactDocument(resource.document);
  const elements = documentLeaves(document, recordSalt);
  const views = digestViews(document, source);
  const statement = checkStatement({
    ...circumstances(version, lastUpdated),
    type,
    id,
    version: versionId,
    interaction,
    exact: blindView(recordSalt, 'exact', views.exact),
    portable: blindView(recordSalt, 'portable', views.portable),
    elements: elementTree(elements),
  });
  return { statement, commitment: commitmentOf(statement), views, elements };
}

/** Describes the deletion of a resource (docs/spec/statement.md). Throws STATEMENT.INVALID. */
export function describeDeletion(deletion: DeletionToDescribe): DescribedVersion & { views: undefined } {
  const { type, id, version, lastUpdated } = deletion;
  const statement = checkStatement({
    ...circumstances(deletion, lastUpdated),
    type,
    id,
    version,
    interaction: 'delete',
  });
  return { statement, commitment: commitmentOf(statement), views: undefined, elements: [] };
}

function circumstances(
  { source, fhirVersion, observed, recordSalt }: Circumstances,
  lastUpdated: string | undefined,
) {
  if (recordSalt.length !== 32)
    throw new CoreError('STATEMENT.INVALID', 'expected a record salt of 32 bytes');
  return {
    attestry: 1,
    source,
    fhirVersion,
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    observed: typeof observed === 'string' ? observed : observed.toISOString(),
    salt: toHex(hmacSha256(recordSalt, 'statement')),
  } as const;
}

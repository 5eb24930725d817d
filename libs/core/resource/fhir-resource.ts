import { keepJson } from '../canonical/canonicalise.js';
import { type JsonDocument, nameToken } from '../canonical/json-document.js';
import type { JsonLimits } from '../canonical/json-limits.js';
import { treeOf } from '../canonical/json-tree.js';
import { isJsonObject, type JsonObject } from '../canonical/json-value.js';
import { CoreError } from '../core.errors.js';

const RESOURCE_TYPE = nameToken('resourceType');
const ID = nameToken('id');
const META = nameToken('meta');
const VERSION_ID = nameToken('versionId');
const LAST_UPDATED = nameToken('lastUpdated');
const TYPE_NAME = /^[A-Z][A-Za-z0-9]{0,63}$/;

/** A FHIR resource in JSON, parsed once; its views and elements are made from the same parse. */
export class FhirResource {
  readonly type: string;
  readonly id: string | undefined;
  /** `meta.versionId` */
  readonly versionId: string | undefined;
  /** `meta.lastUpdated`, as written. */
  readonly lastUpdated: string | undefined;
  private tree: JsonObject | undefined;

  /** Throws RESOURCE.NOT_A_RESOURCE. */
  constructor(readonly document: JsonDocument) {
    const meta = document.member(0, META);
    this.type = document.stringMember(0, RESOURCE_TYPE) ?? '';
    this.id = document.stringMember(0, ID);
    if (meta !== 0) {
      this.versionId = document.stringMember(meta, VERSION_ID);
      this.lastUpdated = document.stringMember(meta, LAST_UPDATED);
    }
    if (!TYPE_NAME.test(this.type))
      throw new CoreError(
        'RESOURCE.NOT_A_RESOURCE',
        'expected a JSON object with the name of a resource type',
      );
  }

  /** All members, as received. */
  get root(): JsonObject {
    if (this.tree === undefined) {
      const tree = treeOf(this.document);
      this.tree = isJsonObject(tree) ? tree : new Map();
    }
    return this.tree;
  }
}

/** Parses a FHIR resource in JSON. Throws CANONICAL.* with the position of the fault, or RESOURCE.NOT_A_RESOURCE. */
export function parseResource(body: Uint8Array | string, limits?: JsonLimits): FhirResource {
  return new FhirResource(keepJson(body, limits));
}

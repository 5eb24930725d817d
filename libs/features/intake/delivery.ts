import type { Interaction } from '#core';
import type { Headers } from './authentication.js';
import { notARecordVersion } from './intake.errors.js';

/** One request at the intake door. */
export interface Delivery {
  readonly source: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** `Type/id` in the URL; undefined where it only names the source. */
  readonly named?: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What the URL and the headers say of the change. */
export interface DeliveryHint {
  readonly interaction?: Interaction;
  readonly deleted?: string;
  readonly named?: string;
}

const INTERACTIONS = ['create', 'update', 'delete'] as const;
/** A FHIR resource reference without version: type and id (FHIR R4, datatypes, id). */
const REFERENCE = /^[A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64}$/;

/**
 * Reads what stands around the body: HAPI's methods and URLs, Medplum's headers.
 * Throws INTAKE.NOT_A_RECORD_VERSION (422).
 */
export function hintOf({ method, named, headers }: Delivery): DeliveryHint {
  if (named !== undefined) {
    if (!REFERENCE.test(named)) throw notARecordVersion('the URL does not name a resource as Type/id');
    return method === 'DELETE' ? { interaction: 'delete', deleted: named } : { named };
  }
  const interaction = INTERACTIONS.find((word) => word === headers['x-medplum-interaction']);
  const deleted = headers['x-medplum-deleted-resource'];
  if (deleted === undefined) return interaction ? { interaction } : {};
  if (typeof deleted !== 'string' || !REFERENCE.test(deleted))
    throw notARecordVersion('X-Medplum-Deleted-Resource does not name a resource as Type/id');
  return { interaction: 'delete', deleted };
}

import { CoreError, countEntries, isNotification, parseResource, type JsonLimits } from '#core';
import { notARecordVersion } from './intake.errors.js';

/** What the door has to know of a body. */
export interface DoorFinding {
  /** Whether it is the notification of a topic-based Subscription. */
  readonly isNotification: boolean;
  /** Entries of a Bundle; undefined where the body is none. */
  readonly entries: number | undefined;
}

const A_RESOURCE: DoorFinding = { isNotification: false, entries: undefined };

/**
 * Refuses at the door what could never become a record version, while the sender still listens: what is no JSON, no
 * resource and no Bundle, a resource without an id, or one put to another's URL. Whatever can be understood is taken.
 * Throws CoreError, or INTAKE.NOT_A_RECORD_VERSION (422).
 * @param named `Type/id` in the URL
 */
export function checkBody(body: Uint8Array, limits: JsonLimits, named: string | undefined): DoorFinding {
  try {
    const resource = parseResource(body, limits);
    const { type, id } = resource;
    if (named !== undefined && named !== `${type}/${id ?? ''}`)
      throw notARecordVersion('the body is not the resource that the URL names');
    if (type === 'Bundle')
      return { isNotification: isNotification(resource), entries: countEntries(resource) };
    if (id === undefined) throw notARecordVersion('the resource has no id');
    return A_RESOURCE;
  } catch (error) {
    if (error instanceof CoreError && error.code === 'RESOURCE.NOT_A_RESOURCE')
      throw notARecordVersion('the body is not a FHIR resource: expected a JSON object with resourceType');
    throw error;
  }
}

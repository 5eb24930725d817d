import { announceResource, parseResource, type Change, type JsonLimits } from '#core';
import { Channel, type Announcement, type NotificationContent, type Source } from '#ports';

/**
 * R4 rest-hook deliveries (https://hl7.org/fhir/R4/subscription.html#rest-hook): a resource or a Bundle by POST, the
 * resource by PUT to its own URL, DELETE of it, Medplum's deletion header, or an empty POST that only rings.
 */
export class RestHookChannel extends Channel {
  override readonly via = 'rest-hook';

  constructor(private readonly limits: JsonLimits) {
    super();
  }

  override read({ hint, body }: NotificationContent, { base }: Source): Announcement {
    if (hint.deleted !== undefined) return only(named(hint.deleted, 'delete'));
    if (body.length === 0) {
      if (hint.named !== undefined) return only(named(hint.named, hint.interaction));
      return { changes: [], unspecified: true, notice: undefined };
    }
    const resource = parseResource(body, this.limits);
    const interaction = hint.interaction === 'delete' ? undefined : hint.interaction;
    // What is put to a URL of its own is that resource, even a Bundle that does not say its version.
    return hint.named !== undefined && resource.versionId === undefined
      ? only({ kind: 'content', resource, interaction })
      : announceResource(resource, { base, copies: 'named' }, interaction);
  }
}

function only(change: Change): Announcement {
  return { changes: [change], unspecified: false, notice: undefined };
}

/** @param reference `Type/id`, as the door checked it */
function named(reference: string, interaction: Extract<Change, { kind: 'named' }>['interaction']): Change {
  const [type = '', id = ''] = reference.split('/');
  return { kind: 'named', type, id, version: undefined, interaction };
}

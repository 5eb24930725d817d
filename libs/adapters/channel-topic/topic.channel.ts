import {
  announceNotification,
  announceResource,
  isNotification,
  parseResource,
  type JsonLimits,
} from '#core';
import { Channel, type Announcement, type NotificationContent, type Source } from '#ports';

/**
 * Notifications of topic-based Subscriptions, as a source sends them (`topic`) or answers them to `$events`:
 * https://hl7.org/fhir/R5/subscriptions.html, https://hl7.org/fhir/uv/subscriptions-backport/.
 */
export class TopicChannel extends Channel {
  constructor(
    override readonly via: 'topic' | 'events',
    private readonly limits: JsonLimits,
  ) {
    super();
  }

  override read({ body }: NotificationContent, { base }: Source): Announcement {
    if (body.length === 0) return { changes: [], unspecified: true, notice: undefined };
    const rule = { base, copies: 'named' } as const;
    const resource = parseResource(body, this.limits);
    // A part that is tried again comes without the status that it came with.
    return isNotification(resource) ? announceNotification(resource, rule) : announceResource(resource, rule);
  }
}

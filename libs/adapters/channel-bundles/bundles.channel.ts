import { announceResource, parseResource, type JsonLimits } from '#core';
import { Channel, type Announcement, type NotificationContent, type Source } from '#ports';

/** Pages of histories and searches: resources that we fetched ourselves. */
export class BundlesChannel extends Channel {
  constructor(
    override readonly via: 'history' | 'search',
    private readonly limits: JsonLimits,
  ) {
    super();
  }

  override read({ body }: NotificationContent, { base }: Source): Announcement {
    return announceResource(parseResource(body, this.limits), { base, copies: 'named' });
  }
}

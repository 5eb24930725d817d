import { announceResource, parseResource, type JsonLimits, type OpeningRule } from '#core';
import { Channel, type Announcement, type NotificationContent, type Source } from '#ports';

/** Pages of histories and searches, and lines or Bundles of files: resources that we fetched ourselves. */
export class BundlesChannel extends Channel {
  private readonly copies: OpeningRule['copies'];

  constructor(
    override readonly via: 'history' | 'search' | 'import' | 'export',
    private readonly limits: JsonLimits,
  ) {
    super();
    // The server that a file is from may be gone: what the file holds is all there is.
    this.copies = via === 'import' || via === 'export' ? 'content' : 'named';
  }

  override read({ body }: NotificationContent, { base }: Source): Announcement {
    return announceResource(parseResource(body, this.limits), { base, copies: this.copies });
  }
}

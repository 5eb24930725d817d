import { Injectable } from '@nestjs/common';
import { bundleOfNamed, canonicalJson, utf8, type Change } from '#core';
import {
  Channels,
  decodeNotification,
  encodeNotification,
  notificationContext,
  PortError,
  Sealer,
  type Announcement,
  type InboxItem,
  type NotificationContent,
  type NotificationHint,
  type Source,
} from '#ports';

/** What an inbox item holds. */
export interface OpenedDelivery {
  readonly hint: NotificationHint;
  readonly announcement: Announcement;
}

/** Opens what is sealed in the inbox, and seals a part of it to be kept by itself. */
@Injectable()
export class DeliveryOpener {
  constructor(
    private readonly sealer: Sealer,
    private readonly channels: Channels,
  ) {}

  /** Throws CoreError or PortError for what is not of its channel, PortError for what cannot be unsealed. */
  open(item: InboxItem, source: Source): OpenedDelivery {
    const content = this.unseal(item, source);
    const channel = this.channels.of(content.hint.via ?? 'rest-hook');
    return { hint: content.hint, announcement: channel.read(content, source) };
  }

  /** A delivery of the same channel that tells of this change alone. */
  sealPart(change: Change, { via, signed }: NotificationHint, source: Source): Uint8Array {
    const interaction = change.kind === 'content' ? change.interaction : undefined;
    const hint: NotificationHint = {
      ...(via && { via }),
      ...(signed !== undefined && { signed }),
      ...(interaction && { interaction }),
    };
    const content = encodeNotification({ hint, body: bodyOf(change) });
    return this.sealer.seal(content, notificationContext(source.id));
  }

  private unseal(item: InboxItem, source: Source): NotificationContent {
    const bytes = this.sealer.open(item.sealedBody, notificationContext(source.id));
    try {
      return decodeNotification(bytes);
    } catch {
      throw new PortError('NORMALISE.MALFORMED', 'what was sealed is not a notification', 'stop');
    }
  }
}

function bodyOf(change: Change): Uint8Array {
  switch (change.kind) {
    case 'content':
      return utf8(canonicalJson(change.resource.root));
    case 'named':
      return bundleOfNamed(change);
    case 'deletion': {
      const { type, id } = change;
      return bundleOfNamed({ type, id, version: undefined, interaction: 'delete' });
    }
    case 'unreadable':
      return change.body;
  }
}

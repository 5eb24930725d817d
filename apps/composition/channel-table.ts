import { BundlesChannel } from '#adapters/channel-bundles';
import { NdjsonChannel } from '#adapters/channel-ndjson';
import { RestHookChannel } from '#adapters/channel-rest-hook';
import { TopicChannel } from '#adapters/channel-topic';
import { WebSocketChannel } from '#adapters/channel-websocket';
import { publicUrl, type ServerConfig } from '#platform';
import { Channels, PortError, type Channel, type Source, type SourceSubscriptions, type Via } from '#ports';

/** A page that we fetch is as long as its server makes it: as long as the longest answer that is taken. */
const LONGEST_PAGE = 64 * 1024 * 1024;

/** Every channel by its name. */
export class ChannelTable extends Channels {
  private readonly channels: ReadonlyMap<Via, Channel>;

  constructor(config: Pick<ServerConfig, 'intake' | 'api'>, subscriptions: SourceSubscriptions) {
    super();
    const { maxBodyBytes, maxDepth } = config.intake;
    const endpointOf = ({ name }: Source) => `${publicUrl(config)}/intake/${name}`;
    const sent = { maxBytes: maxBodyBytes, maxDepth };
    const fetched = { maxBytes: Math.max(maxBodyBytes, LONGEST_PAGE), maxDepth };
    const channels: readonly Channel[] = [
      new RestHookChannel(sent),
      new TopicChannel('topic', sent),
      new TopicChannel('events', fetched),
      new WebSocketChannel({ subscriptions, endpointOf, limits: sent }),
      ...(['history', 'search'] as const).map((via) => new BundlesChannel(via, fetched)),
      ...(['import', 'export'] as const).map((via) => new NdjsonChannel(via, fetched)),
    ];
    this.channels = new Map(channels.map((channel) => [channel.via, channel]));
  }

  override of(via: Via): Channel {
    const channel = this.channels.get(via);
    if (!channel) throw new PortError('CHANNEL.UNKNOWN', 'there is no such channel', 'stop');
    return channel;
  }
}

import { BundlesChannel } from '#adapters/channel-bundles';
import { NdjsonChannel } from '#adapters/channel-ndjson';
import { RestHookChannel } from '#adapters/channel-rest-hook';
import { TopicChannel } from '#adapters/channel-topic';
import { WebSocketChannel } from '#adapters/channel-websocket';
import { FhirRestSubscriptions, SourceTransport } from '#adapters/fhir-rest';
import { DEFAULT_JSON_LIMITS } from '#core';
import type { NotificationContent, Via } from '#ports';
import { channelContract } from './channel.contract.js';

const bundleOf =
  (via: Via, type: string, ...first: string[]) =>
  (entries: readonly string[]): NotificationContent => ({
    hint: { via },
    body: Buffer.from(
      `{"resourceType":"Bundle","type":"${type}","entry":[${[...first, ...entries].join(',')}]}`,
    ),
  });

const STATUS = '{"resource":{"resourceType":"SubscriptionStatus","type":"event-notification"}}';
const PARAMETERS =
  '{"resource":{"resourceType":"Parameters","parameter":[' +
  '{"name":"subscription","valueReference":{"reference":"Subscription/s"}},' +
  '{"name":"type","valueCode":"event-notification"}]}}';

channelContract('a history Bundle', {
  channel: new RestHookChannel(DEFAULT_JSON_LIMITS),
  delivery: bundleOf('rest-hook', 'history'),
});
channelContract('R4 Backport', {
  channel: new TopicChannel('topic', DEFAULT_JSON_LIMITS),
  delivery: bundleOf('topic', 'history', PARAMETERS),
});
channelContract('R5', {
  channel: new TopicChannel('events', DEFAULT_JSON_LIMITS),
  delivery: bundleOf('events', 'subscription-notification', STATUS),
});
const transport = new SourceTransport();
afterAll(() => transport.close());
channelContract('Medplum', {
  channel: new WebSocketChannel({
    subscriptions: new FhirRestSubscriptions(transport),
    endpointOf: ({ name }) => `https://attestry.example.org/intake/${name}`,
    limits: DEFAULT_JSON_LIMITS,
  }),
  delivery: bundleOf('websocket', 'history', STATUS),
});
for (const via of ['history', 'search'] as const)
  channelContract('Bundles', {
    channel: new BundlesChannel(via, DEFAULT_JSON_LIMITS),
    delivery: bundleOf(via, via === 'search' ? 'searchset' : 'history'),
  });
for (const via of ['import', 'export'] as const)
  channelContract('lines of a file', {
    channel: new NdjsonChannel(via, DEFAULT_JSON_LIMITS),
    delivery: bundleOf(via, 'history'),
  });

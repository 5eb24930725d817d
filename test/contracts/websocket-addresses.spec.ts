import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FhirRestSubscriptions, SourceTransport } from '#adapters/fhir-rest';
import { SOURCE_DEFAULTS, type Source, type SourceSubscriptions, type SubscriptionStanding } from '#ports';
import { WebSocketChannel } from '#adapters/channel-websocket';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that names any WebSocket it likes. */
async function serverNaming(websocketUrl: (own: string) => string): Promise<Server> {
  const server = createServer((_request, response) => {
    const parameter = [
      { name: 'token', valueString: 'token' },
      { name: 'websocket-url', valueUrl: websocketUrl(origin(server)) },
    ];
    response.setHeader('content-type', 'application/fhir+json');
    response.end(JSON.stringify({ resourceType: 'Parameters', parameter }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return server;
}

const origin = (server: Server): string => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

function sourceAt(server: Server, settings: Partial<Source['settings']> = {}): Source {
  return {
    id: 1,
    name: 'ward',
    declaredAt: new Date(0),
    base: `${origin(server).replace('ws', 'http')}/fhir`,
    fhirVersion: 'R4',
    authentication: { kind: 'hmac', secret: 'secret' },
    access: { kind: 'none' },
    criteria: ['Patient'],
    settings: { ...SOURCE_DEFAULTS, channel: 'websocket', privateHosts: ['127.0.0.1'], ...settings },
  };
}

/** The real bindings of a Subscription that is taken to be there. */
function channel(): WebSocketChannel {
  const transport = new SourceTransport();
  closing.push(() => transport.close());
  const real = new FhirRestSubscriptions(transport);
  const subscriptions = {
    ensure: () => Promise.resolve([{ id: 's1' } as SubscriptionStanding]),
    bind: (source: Source, id: string) => real.bind(source, id),
  } as unknown as SourceSubscriptions;
  const limits = { maxBytes: 1_000_000, maxDepth: 50 };
  return new WebSocketChannel({ subscriptions, endpointOf: () => 'http://127.0.0.1/intake/ward', limits });
}

async function opened(source: Source): Promise<unknown> {
  for await (const pulled of channel().open(source, undefined, AbortSignal.timeout(5_000))) return pulled;
  return undefined;
}

describe('a WebSocket that a source names', () => {
  it.each([
    ['at another host', () => 'ws://169.254.169.254/latest'],
    ['at another port', (own: string) => own.replace(/:\d+$/, ':9')],
    ['under another scheme', (own: string) => own.replace('ws:', 'wss:')],
  ])('%s is not opened', async (_where, websocketUrl) => {
    const server = await serverNaming(websocketUrl);
    await expect(opened(sourceAt(server))).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });

  it('that is none is malformed', async () => {
    const server = await serverNaming(() => 'http://127.0.0.1/');
    await expect(opened(sourceAt(server))).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });

  it('that does not answer as one is tried again later', async () => {
    const server = await serverNaming((own) => own);
    await expect(opened(sourceAt(server))).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE' });
  });
});

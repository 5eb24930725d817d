import {
  announceNotification,
  announceResource,
  isNotification,
  parseResource,
  utf8,
  type JsonLimits,
} from '#core';
import {
  OpenedChannel,
  PortError,
  type Announcement,
  type NotificationContent,
  type PulledDelivery,
  type Source,
  type SourceSubscriptions,
} from '#ports';
import { BoundSocket } from './bound-socket.js';

const PONG = '{"type":"pong"}';
/** An OperationOutcome is short, and its type stands in front. */
const OUTCOME_BYTES = 4_096;

/** What a channel over WebSocket stands on. */
export interface WebSocketParts {
  readonly subscriptions: SourceSubscriptions;
  /** What our Subscriptions at a source are told apart by. */
  readonly endpointOf: (source: Source) => string;
  readonly limits: JsonLimits;
}

/**
 * Subscriptions over WebSocket as Medplum serves them: `$get-ws-binding-token`, bind-with-token, notification Bundles
 * with SubscriptionStatus. Nothing is ever sent again, and every event number is "0": what happens while no connection
 * is bound has to be asked for. Each binding begins with a handshake, which says from when on.
 */
export class WebSocketChannel extends OpenedChannel {
  override readonly via = 'websocket';

  constructor(private readonly parts: WebSocketParts) {
    super();
  }

  override read({ body }: NotificationContent, { base }: Source): Announcement {
    const rule = { base, copies: 'named' } as const;
    const resource = parseResource(body, this.parts.limits);
    // A part that is tried again comes without the status that it came with.
    return isNotification(resource) ? announceNotification(resource, rule) : announceResource(resource, rule);
  }

  /** One connection; positions are the times at which deliveries came. Ends in SOURCE.UNAVAILABLE (retry) when cut. */
  override async *open(
    source: Source,
    _position: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<PulledDelivery> {
    const { subscriptions, endpointOf, limits } = this.parts;
    // Looked up for each binding: a Subscription may have been replaced since the last one.
    const bind = async () => {
      const standings = await subscriptions.ensure(source, endpointOf(source));
      return Promise.all(standings.map(({ id }) => subscriptions.bind(source, id)));
    };
    const socket = await BoundSocket.open(source, bind, limits.maxBytes, signal);
    try {
      for await (const body of socket.messages(signal)) {
        if (isPong(body)) continue;
        refuseOutcome(body);
        yield { delivery: { hint: { via: this.via }, body }, position: new Date().toISOString() };
      }
    } finally {
      socket.close();
    }
  }
}

function isPong(body: Uint8Array): boolean {
  return body.length === PONG.length && Buffer.compare(body, utf8(PONG)) === 0;
}

/** An OperationOutcome is how a token is refused. */
function refuseOutcome(body: Uint8Array): void {
  if (body.length > OUTCOME_BYTES) return;
  const text = new TextDecoder().decode(body);
  if (/^\s*\{\s*"resourceType"\s*:\s*"OperationOutcome"/.test(text))
    throw new PortError('SOURCE.UNAVAILABLE', 'The source did not take the binding token', 'retry');
}

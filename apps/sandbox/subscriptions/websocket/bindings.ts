import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { stringifyLossless } from '../../fhir/lossless-json.js';
import type { ServerAddress } from '../../fhir/server-address.js';
import type { Parameters } from '@medplum/fhirtypes';
import { handshakeBundle } from './event-bundles.js';

const PATH = '/ws/subscriptions-r4';
/** A client has no more to say than a token. */
const MAX_MESSAGE_BYTES = 64 * 1024;

interface Binding {
  readonly subscription: string;
  readonly expires: number;
}

/** WebSockets, and the Subscriptions that they are bound to for a while. */
export class Bindings {
  private readonly tokens = new Map<string, Binding>();
  private readonly sockets = new Map<WebSocket, Map<string, number>>();
  private server: WebSocketServer | undefined;

  constructor(
    private readonly address: ServerAddress,
    private readonly lifetimeMs: number,
  ) {}

  /** Takes WebSockets on the port of a server that listens. */
  listen(server: Server): void {
    this.server = new WebSocketServer({ server, path: PATH, maxPayload: MAX_MESSAGE_BYTES });
    this.server.on('connection', (socket) => this.take(socket));
  }

  close(): void {
    for (const socket of this.sockets.keys()) socket.terminate();
    this.server?.close();
  }

  /** What `$get-ws-binding-token` answers. */
  token(subscription: string): Parameters {
    const token = randomUUID();
    const expires = Date.now() + this.lifetimeMs;
    this.tokens.set(token, { subscription, expires });
    return {
      resourceType: 'Parameters',
      parameter: [
        { name: 'token', valueString: token },
        { name: 'expiration', valueDateTime: new Date(expires).toISOString() },
        {
          name: 'websocket-url',
          valueUrl: new URL(PATH, this.address.base).href.replace(/^http/, 'ws'),
        },
      ],
    };
  }

  /** Sockets that are bound to a Subscription now. */
  boundTo(subscription: string): readonly WebSocket[] {
    const now = Date.now();
    return [...this.sockets].flatMap(([socket, bound]) =>
      (bound.get(subscription) ?? 0) > now ? [socket] : [],
    );
  }

  private take(socket: WebSocket): void {
    this.sockets.set(socket, new Map());
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => this.answer(socket, (data as Buffer).toString()));
  }

  private answer(socket: WebSocket, text: string): void {
    const message = messageIn(text);
    if (message?.type === 'ping') socket.send('{"type":"pong"}');
    if (message?.type !== 'bind-with-token') return;
    const binding = this.tokens.get(message.payload?.token ?? '');
    if (!binding || binding.expires <= Date.now()) {
      socket.send(JSON.stringify(EXPIRED));
      return;
    }
    this.sockets.get(socket)?.set(binding.subscription, binding.expires);
    socket.send(stringifyLossless(handshakeBundle(binding.subscription)));
  }
}

const EXPIRED = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'invalid',
      details: { text: 'Token failed to validate. Check token expiry.' },
    },
  ],
};

function messageIn(
  text: string,
): { readonly type?: string; readonly payload?: { readonly token?: string } } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { AddressRule } from '#platform';
import { PortError, type Source, type SocketBinding } from '#ports';

/** As often as Medplum's own client. */
const PING_MS = 5_000;
/** Silence, pongs included, after which a connection is taken to be dead. */
const SILENCE_MS = 3 * PING_MS;
/** Messages that wait while an earlier one is made durable; then the sender has to. */
const WAITING = 256;
/** A binding without a known end is renewed as if it had this. */
const USUAL_LIFE_MS = 600_000;

/** Asks for new bindings, one a Subscription. */
export type Bind = () => Promise<readonly SocketBinding[]>;

/** One connection, bound to the Subscriptions of a source for as long as it lasts. */
export class BoundSocket {
  private heardAt = Date.now();
  private renewal: NodeJS.Timeout | undefined;
  private readonly pings: NodeJS.Timeout;

  private constructor(
    private readonly socket: WebSocket,
    private readonly bind: Bind,
  ) {
    this.pings = setInterval(() => this.ping(), PING_MS);
  }

  /** Connects and binds. Throws PortError SOURCE.UNAVAILABLE or SOURCE.REFUSED. */
  static async open(
    { settings }: Source,
    bind: Bind,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<BoundSocket> {
    const bindings = await bind();
    const [first] = bindings;
    if (!first) throw new PortError('SOURCE.REFUSED', 'The source has no Subscription to bind', 'stop');
    const rule = new AddressRule(settings.privateHosts);
    rule.require(new URL(first.url).hostname);
    const socket = new WebSocket(first.url, {
      maxPayload: maxBytes,
      handshakeTimeout: settings.timeoutMs,
      followRedirects: false,
      lookup: rule.lookup,
    });
    try {
      await once(socket, 'open', { signal });
    } catch (error) {
      socket.on('error', () => undefined);
      socket.terminate();
      throw error instanceof PortError ? error : unavailable(error);
    }
    const bound = new BoundSocket(socket, bind);
    bound.renewWith(bindings);
    return bound;
  }

  /** What is sent, as its bytes. Ends when `signal` aborts; throws PortError SOURCE.UNAVAILABLE when the source ends it. */
  async *messages(signal: AbortSignal): AsyncIterable<Uint8Array> {
    const options = { signal, close: ['close'], highWaterMark: WAITING };
    try {
      for await (const [data] of on(this.socket, 'message', options) as AsyncIterable<[Buffer]>) {
        this.heardAt = Date.now();
        yield data;
      }
    } catch (error) {
      if (!signal.aborted) throw error instanceof PortError ? error : unavailable(error);
    }
    if (!signal.aborted) throw unavailable();
  }

  close(): void {
    clearInterval(this.pings);
    clearTimeout(this.renewal);
    this.socket.on('error', () => undefined);
    this.socket.terminate();
  }

  private ping(): void {
    if (Date.now() - this.heardAt > SILENCE_MS) this.socket.terminate();
    else this.socket.send('{"type":"ping"}');
  }

  /** Binds, and again when half of the shortest life has gone: while the old binding still holds. */
  private renewWith(bindings: readonly SocketBinding[]): void {
    for (const { token } of bindings)
      this.socket.send(JSON.stringify({ type: 'bind-with-token', payload: { token } }));
    const lives = bindings.map(({ until }) => (until ? until.getTime() - Date.now() : USUAL_LIFE_MS));
    this.renewal = setTimeout(
      () => void this.renew(),
      Math.min(Math.max(Math.min(...lives) / 2, 100), 2 ** 31 - 1),
    );
  }

  private async renew(): Promise<void> {
    try {
      const bindings = await this.bind();
      if (this.socket.readyState === WebSocket.OPEN) this.renewWith(bindings);
    } catch {
      // Whoever reads learns of it, and begins again with a new connection.
      this.socket.terminate();
    }
  }
}

function unavailable(cause?: unknown): PortError {
  return new PortError('SOURCE.UNAVAILABLE', 'The connection to the source has ended', 'retry', { cause });
}

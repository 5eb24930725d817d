import { connect, type Socket } from 'node:net';
import type { RenderedRequest } from './request-file.js';

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_OK = Buffer.from('HTTP/1.1 200 ');
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const LATEST_LENGTH_AT = 1024;

/**
 * One keep-alive connection that has one request under way at a time. Bare sockets instead of an HTTP client: a client
 * costs several times as much processor time a request, which the server under test would not get.
 */
export class HttpConnection {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private expect = '';

  /** @param answered told of each answer, and whether it was right */
  constructor(
    port: number,
    private readonly answered: (right: boolean) => void,
    failed: (error: Error) => void,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('error', failed);
    this.socket.on('close', () => failed(new Error('the server closed a connection')));
  }

  send({ bytes, expect }: RenderedRequest): void {
    this.expect = expect;
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf(HEAD_END);
    if (end === -1) return;
    const head = this.received.toString('latin1', 0, Math.min(end, LATEST_LENGTH_AT));
    const length = Number(LENGTH.exec(head)?.[1] ?? 0);
    const body = end + HEAD_END.length;
    if (this.received.length < body + length) return;
    const right =
      this.received.subarray(0, STATUS_OK.length).equals(STATUS_OK) &&
      this.received.subarray(body, body + length).includes(this.expect);
    this.received = Buffer.alloc(0);
    this.answered(right);
  }
}

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** A request of `test/fixtures/sources`, as its bytes are. */
export function recordedRequest(path: string): Buffer {
  return readFileSync(new URL(`../fixtures/sources/${path}`, import.meta.url));
}

/** Sends bytes over a connection of their own, and reads the answer to its end. */
export async function sendRaw(url: string, request: Uint8Array): Promise<RawAnswer> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let received = Buffer.alloc(0);
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes as Buffer]);
    if (isWhole(received)) break;
  }
  socket.destroy();
  const [head = '', body = ''] = received.toString().split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    type: /^content-type: (.+)$/im.exec(head)?.[1],
    body,
  };
}

function isWhole(received: Buffer): boolean {
  const end = received.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(received.subarray(0, Math.max(end, 0)).toString())?.[1];
  return end >= 0 && received.length >= end + 4 + Number(length ?? 0);
}

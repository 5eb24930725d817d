import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that arrived, with its body as received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An endpoint for notifications that keeps what it gets. */
export interface WebhookReceiver {
  readonly endpoint: string;
  /** In the order in which they were answered. */
  readonly received: readonly ReceivedRequest[];
  /** Resolves once `count` requests have been answered with success; rejects after 15 seconds. */
  waitFor(count: number): Promise<readonly ReceivedRequest[]>;
  close(): Promise<void>;
}

/** @param answer the status for each request, from how many came before it and what it holds; 200 when left out */
export async function startReceiver(
  answer: (before: number, request: ReceivedRequest) => number | Promise<number> = () => 200,
): Promise<WebhookReceiver> {
  const received: ReceivedRequest[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks) };
      void Promise.resolve(answer(requests++, one)).then((status) => {
        if (status < 400) received.push(one);
        response.writeHead(status).end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/hook`,
    received,
    async waitFor(count) {
      await eventually(() => received.length >= count, `${count} notifications, got ${received.length}`);
      return received;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Resolves once `holds` answers true; rejects after 15 seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

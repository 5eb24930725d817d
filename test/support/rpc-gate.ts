import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A door to a JSON-RPC endpoint that can be closed, altogether or for one method. */
export interface RpcGate {
  readonly url: string;
  /** Answers 503 instead of passing on. @param method every one when left out */
  shut(method?: string): void;
  open(): void;
  /** Calls that were answered 503 since it was shut. */
  refused(): number;
  close(): void;
}

export async function startRpcGate(target: string): Promise<RpcGate> {
  let barred: RegExp | undefined;
  let refused = 0;
  const server = createServer((request, response) => {
    void textOf(request).then(async (body) => {
      if (barred?.test(body)) {
        refused += 1;
        response.writeHead(503).end();
        return;
      }
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(target, { method: 'POST', headers, body });
      response.writeHead(answer.status, headers).end(await answer.text());
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: (method) => {
      barred = new RegExp(method === undefined ? '' : `"${method}"`);
      refused = 0;
    },
    open: () => (barred = undefined),
    refused: () => refused,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

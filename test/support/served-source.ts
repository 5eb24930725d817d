import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Source } from '#ports';
import { aSource } from './a-source.js';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A source that answers as its handler says. */
export interface ServedSource {
  readonly source: Source;
  readonly origin: string;
  /** Method and path of everything that arrived. */
  readonly seen: string[];
  readonly close: () => void;
}

export async function serveSource(handler: Handler): Promise<ServedSource> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { source: aSource(`${origin}/fhir`), origin, seen, close };
}

/** Answers everything with one status and JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Answers each request by the next handler; the last one goes on. */
export function inTurn(...handlers: readonly Handler[]): Handler {
  let turn = 0;
  return (request, response, body) =>
    handlers[Math.min(turn++, handlers.length - 1)]!(request, response, body);
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Witness } from './witness.js';
import { WitnessRefusal } from './witness.errors.js';

/** A proof of 63 hashes and a checkpoint with dozens of ML-DSA-44 cosignatures still fit. */
const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 256;
const CLOSE_TIMEOUT_MS = 2_000;

const TEXT = 'text/plain; charset=utf-8';
const SIZE = 'text/x.tlog.size';
const CHECKPOINT_PATH = /^\/([0-9a-f]{64})\/checkpoint$/;

/** A witness on HTTP. */
export interface WitnessServer {
  readonly url: string;
  /** Resolves when requests under way are answered. */
  close(): Promise<void>;
}

/** @param report told of what the witness could not do, which no answer explains */
export async function serveWitness(
  witness: Witness,
  { host, port }: { readonly host: string; readonly port: number },
  report: (error: unknown) => void,
): Promise<WitnessServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => void answer(witness, request, response, report));
  server.listen(port, host);
  await once(server, 'listening');
  return { url: urlOf(server), close: () => close(server) };
}

async function answer(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
  report: (error: unknown) => void,
): Promise<void> {
  try {
    send(response, 200, TEXT, await route(witness, request));
  } catch (error) {
    if (error instanceof WitnessRefusal) refuse(response, error);
    else if (!request.errored) {
      report(error);
      send(response, 500, TEXT, 'the witness could not do it\n');
    }
  }
}

async function route(witness: Witness, request: IncomingMessage): Promise<string> {
  const { method, url = '' } = request;
  if (url === '/add-checkpoint') {
    if (method !== 'POST') throw new WitnessRefusal(405, 'POST a checkpoint here');
    return witness.addCheckpoint(await bodyOf(request));
  }
  const hash = CHECKPOINT_PATH.exec(url)?.[1];
  if (hash === undefined) throw new WitnessRefusal(404, 'there is nothing here');
  if (method !== 'GET' && method !== 'HEAD') throw new WitnessRefusal(405, 'GET a checkpoint here');
  return witness.checkpoint(hash);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed with the loop, or nobody would hear of a refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new WitnessRefusal(413, `a request has at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, { status, message, held }: WitnessRefusal): void {
  // What is left of the body is not read.
  if (status === 413) response.setHeader('Connection', 'close');
  if (status === 405) response.setHeader('Allow', message.startsWith('POST') ? 'POST' : 'GET');
  if (held === undefined) send(response, status, TEXT, `${message}\n`);
  else send(response, status, SIZE, `${held}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await closed;
  clearTimeout(force);
}

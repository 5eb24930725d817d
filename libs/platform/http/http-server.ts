import { randomBytes } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpProblem, problemOf } from './problem.js';
import { problemBody } from './problem.body.js';

/** Body limit of routes that declare none by `@Receives`. */
const DEFAULT_BODY_LIMIT = 1_048_576;
/** A request has to be here, whole, within this time: no slow sender holds a connection. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Longest path segment that a route parameter takes: the longest FHIR id has 64 characters. */
const MAX_PARAMETER_LENGTH = 256;
/** HAPI's client puts a slash behind the URL that it posts a Bundle to. */
const INTAKE_SLASH = /^(\/intake\/[^/?]+)\/(?=\?|$)/;

/** Fastify, set up to hand every body over as the bytes that came, and to answer every fault in our form. */
export function createHttpServer(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    rewriteUrl: ({ url = '/' }) => url.replace(INTAKE_SLASH, '$1'),
    genReqId: requestIds(),
    // Nest's middleware engine costs a hook on every request; nothing here is middleware.
    skipMiddie: true,
    clientErrorHandler: refuseConnection,
    frameworkErrors: refuseUrl,
  });
  const server = adapter.getInstance<FastifyInstance>();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('preClose', (done) => {
    closeAsTheyIdle(server.server);
    done();
  });
  return adapter;
}

/** Lets every connection go once its last answer is out; Node closes only those that are idle at that moment. */
function closeAsTheyIdle(server: Server): void {
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  server.once('close', () => clearInterval(timer));
}

/** Answers a URL that the router cannot read, which is before there is a route. */
function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  const { type, text } = problemBody(request.raw.url ?? '', problem);
  void reply.status(problem.status).type(type).send(text);
}

/** Ids that are ours alone: what a client sends could be anybody's name. */
function requestIds(): () => string {
  const process = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${process}-${(count += 1).toString(36)}`;
}

const PARSER_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers bytes that are not HTTP, or arrive too slowly, before there is a request. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = PARSER_STATUS[error.code ?? ''] ?? 400;
  const { type, text } = problemBody('', httpProblem(status));
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status]!}\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${String(Buffer.byteLength(text))}\r\nConnection: close\r\n\r\n${text}`,
  );
}

import type { FastifyInstance } from 'fastify';
import { sendAnswer } from '../fhir/answer.js';
import { stringifyLossless } from '../fhir/lossless-json.js';
import { errorOutcome } from '../fhir/outcomes.js';
import type { Authorization } from './authorization.js';

/** Open to everybody: what a client has to read before it has a token. */
const OPEN = /^\/fhir\/(metadata|\.well-known\/|auth\/)/;

/** Answers 401 below the FHIR base to whoever has no token, where tokens are required. */
export function requireTokens(server: FastifyInstance, authorization: () => Authorization): void {
  server.addHook('onRequest', (request, reply, next) => {
    const asks = request.url.startsWith('/fhir') && !OPEN.test(request.url);
    if (!asks || authorization().admits(request.headers.authorization)) {
      next();
      return;
    }
    const body = stringifyLossless(errorOutcome('login', 'An access token is missing, or has run out'));
    sendAnswer(reply, { status: 401, headers: { 'www-authenticate': 'Bearer' }, body });
  });
}

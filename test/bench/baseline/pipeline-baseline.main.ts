import { isSigned } from './is-signed.js';
import { takeOne } from './one-by-one.js';
import { plainServer, serve } from './serve.js';

/**
 * What `pipeline` is compared with: the same stores and the same core on plain Fastify, but every notification on its
 * own, within its request. Needs neither queue nor worker.
 */
const server = plainServer();
server.post('/intake/:source', async (request, reply) => {
  const body = request.body as Buffer;
  if (!isSigned(body, request.headers)) return reply.status(401).send();
  await takeOne(body);
  return reply.send();
});
await serve(server);

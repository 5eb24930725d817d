import fastify, { type FastifyInstance } from 'fastify';
import { startOrExit } from '../../../apps/composition/process.js';

/** A plain Fastify server that hands bodies over as bytes: what a baseline is measured on. */
export function plainServer(): FastifyInstance {
  const server = fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return server;
}

/** Listens, says so on standard output as our own programs do, and ends as they do. */
export async function serve(server: FastifyInstance): Promise<void> {
  process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
  await startOrExit('baseline', async () => ({
    ready: true,
    url: await server.listen({ host: '127.0.0.1', port: 0 }),
  }));
}
